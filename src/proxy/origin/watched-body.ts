import { channel } from "../refresh/body.ts";

/** What is to happen while a body comes in. */
export interface Watch {
  /** How long the origin may take for the next piece, in milliseconds, or null. */
  readonly betweenBytesMs: number | null;
  /** Breaks the connection off. */
  readonly abort: () => void;
  /** Told of each piece. */
  readonly arrived: () => void;
  /** Told once, when nothing more will come: at its end, when it breaks, or when nobody reads it any more. */
  readonly ended: () => void;
}

/** The same bytes, watched until `done`, which never rejects. How slowly they are read does not count. */
export function watchedBody(
  body: ReadableStream<Uint8Array>,
  length: number | null,
  watch: Watch,
): { readonly readable: ReadableStream<Uint8Array>; readonly done: Promise<void> } {
  const { readable, writable } = channel(length);
  const writer = writable.getWriter();
  const reader = body.getReader();
  // Whoever reads it has left: the origin need not be waited for.
  writer.closed.catch((reason) => reader.cancel(reason)).catch(() => {});
  return { readable, done: pump(reader, writer, watch) };
}

async function pump(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  writer: WritableStreamDefaultWriter<Uint8Array>,
  watch: Watch,
): Promise<void> {
  try {
    for (let next = await read(reader, watch); !next.done; next = await read(reader, watch)) {
      watch.arrived();
      await writer.write(next.value);
    }
    await writer.close();
  } catch (error) {
    await Promise.allSettled([reader.cancel(error), writer.abort(error)]);
  } finally {
    watch.ended();
  }
}

async function read(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  { betweenBytesMs, abort }: Watch,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  if (betweenBytesMs === null) return reader.read();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new Error(`no byte of the body for ${betweenBytesMs} ms`));
    abort();
  }, betweenBytesMs);
  try {
    return await Promise.race([reader.read(), late]);
  } finally {
    clearTimeout(timer);
  }
}
