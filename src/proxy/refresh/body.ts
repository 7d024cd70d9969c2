import type { ByteRange } from "../../http/range.ts";
import { discard } from "../../store/discard.ts";
import type { StoredBody } from "../../store/store.ts";

/** Up to this size a body is kept in memory until it is whole; beyond it streams into the store. */
export const SMALL_BODY_BYTES = 64 * 1024;

/** A stream with one reader that fails its reader, not the process, when it is broken off. */
export function channel(length: number | null): TransformStream<Uint8Array, Uint8Array> {
  return length === null ? new IdentityTransformStream() : new FixedLengthStream(length);
}

/** Each piece that passes through JavaScript costs the same, however large. */
const PIECE_BYTES = 64 * 1024;

/** What a stream holds, in pieces as large as the platform has at hand; its iterator gives no more than 4 KB at a time. */
export async function* piecesOf(source: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = source.getReader({ mode: "byob" });
  let isRead = false;
  try {
    let room = new ArrayBuffer(PIECE_BYTES);
    for (;;) {
      const { value, done } = await reader.read(new Uint8Array(room));
      isRead = done;
      if (done) return;
      const isLarge = value.byteLength * 2 > PIECE_BYTES;
      yield isLarge ? value : value.slice();
      room = isLarge ? new ArrayBuffer(PIECE_BYTES) : value.buffer;
    }
  } finally {
    if (!isRead) await reader.cancel().catch(() => {});
    reader.releaseLock();
  }
}

/** A writer that, once its reader is gone, swallows what is still written. */
export class Sink {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #gone = false;

  constructor(writable: WritableStream<Uint8Array>) {
    this.#writer = writable.getWriter();
    this.#writer.closed.catch(() => {});
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.#gone) return;
    await this.#writer.write(chunk).catch(() => {
      this.#gone = true;
    });
  }

  async close(): Promise<void> {
    if (!this.#gone) await this.#writer.close().catch(() => {});
  }

  async abort(reason: unknown): Promise<void> {
    if (!this.#gone) await this.#writer.abort(reason).catch(() => {});
  }
}

/** Reads these bytes of a body by themselves, or null where that cannot be done. */
export type PartReader = (part: ByteRange) => Promise<StoredBody | null>;

/**
 * The bytes `first` to `last` of a body (inclusive). What follows them is not read, and what stands before them only
 * where it is little, or `readPart` does not do.
 */
export function sliceBody(body: StoredBody, range: ByteRange, readPart: PartReader | null): StoredBody {
  if (body instanceof ArrayBuffer) return body.slice(range.first, range.last + 1);
  const { readable, writable } = channel(range.last - range.first + 1);
  const isLong = range.last >= SMALL_BODY_BYTES;
  void (isLong && readPart !== null
    ? passPart(body, range, readPart, writable)
    : pumpRange(body, range, new Sink(writable)));
  return readable;
}

async function passPart(
  body: ReadableStream<Uint8Array>,
  range: ByteRange,
  readPart: PartReader,
  writable: WritableStream<Uint8Array>,
): Promise<void> {
  const part = await readPart(range).catch(() => null);
  if (!(part instanceof ReadableStream)) return pumpRange(body, range, new Sink(writable));
  discard(body);
  // A client that has left needs no more of it, and one that has not sees it break off.
  await part.pipeTo(writable).catch(() => {});
}

async function pumpRange(body: ReadableStream<Uint8Array>, range: ByteRange, sink: Sink): Promise<void> {
  let offset = 0;
  try {
    for await (const chunk of piecesOf(body)) {
      const from = Math.max(0, range.first - offset);
      const to = Math.min(chunk.byteLength, range.last + 1 - offset);
      offset += chunk.byteLength;
      if (from < to) await sink.write(chunk.subarray(from, to));
      if (offset > range.last) break; // leaving the loop cancels the source
    }
    await sink.close();
  } catch (error) {
    await sink.abort(error);
  }
}

/** Two bodies as one, the second read after the first. */
export function joinBodies(first: StoredBody, second: StoredBody): ReadableStream<Uint8Array> {
  const { readable, writable } = channel(null);
  void pumpJoined([first, second], new Sink(writable));
  return readable;
}

async function pumpJoined(bodies: readonly StoredBody[], sink: Sink): Promise<void> {
  try {
    for (const body of bodies) {
      if (body instanceof ArrayBuffer) await sink.write(new Uint8Array(body));
      else for await (const chunk of piecesOf(body)) await sink.write(chunk);
    }
    await sink.close();
  } catch (error) {
    await sink.abort(error);
  }
}
