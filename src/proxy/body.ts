import type { ByteRange } from "../http/range.ts";
import { discard } from "../store/discard.ts";
import type { ArrivingBody, StoredBody } from "../store/store.ts";

/** Up to this size a body is kept in memory until it is whole; beyond it streams into the store. */
export const SMALL_BODY_BYTES = 64 * 1024;

/** A stream with one reader that fails its reader, not the process, when it is broken off. */
export function channel(length: number | null): TransformStream<Uint8Array, Uint8Array> {
  return length === null ? new IdentityTransformStream() : new FixedLengthStream(length);
}

/** Stores a body that is at hand, or one that is arriving. */
export type Save = (body: ArrayBuffer | ArrivingBody) => Promise<void>;

/** A body on its way to the client and into the store at once. */
export interface Split {
  readonly client: ReadableStream<Uint8Array>;
  /** The bytes of a small body, null for one that was streamed into the store; rejects if cut short. */
  readonly kept: Promise<ArrayBuffer | null>;
}

/**
 * Hands a body to the client and the store at once, holding no more of it than SMALL_BODY_BYTES. It goes on
 * for the store when the client leaves, and for the client when the store fails. `save` gets a whole small
 * body, or a stream that errors if the source does: a body that did not arrive whole is never stored.
 * `length` is the length announced by the origin, or null.
 */
export function split(source: ReadableStream<Uint8Array>, length: number | null, save: Save): Split {
  const toClient = channel(length);
  const client = new Sink(toClient.writable);
  return { client: toClient.readable, kept: pump(source, length, client, save) };
}

async function pump(
  source: ReadableStream<Uint8Array>,
  length: number | null,
  client: Sink,
  save: Save,
): Promise<ArrayBuffer | null> {
  const store = new SpillingSink(length, save);
  try {
    let total = 0;
    for await (const chunk of piecesOf(source)) {
      total += chunk.byteLength;
      await Promise.all([client.write(chunk), store.write(chunk)]);
    }
    if (length !== null && total !== length)
      throw new Error(`body of ${total} bytes, announced as ${length}`);
  } catch (error) {
    await Promise.all([client.abort(error), store.abort(error)]);
    throw error;
  }
  // Neither waits for the other to be done: those who follow must not wait for a client that reads slowly.
  void client.close();
  return store.close();
}

/** Each piece that passes through JavaScript costs the same, however large. */
const PIECE_BYTES = 64 * 1024;

/** What a stream holds, in pieces as large as the platform has at hand; its iterator gives no more than 4 KB at a time. */
async function* piecesOf(source: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
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
class Sink {
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

/** Collects a small body; from SMALL_BODY_BYTES on it streams what comes into the store. */
class SpillingSink {
  readonly #length: number | null;
  readonly #save: Save;
  #chunks: Uint8Array[] = [];
  #collected = 0;
  #sink: Sink | null = null;
  #saving: Promise<void> = Promise.resolve();
  readonly #whole = Promise.withResolvers<void>();

  constructor(length: number | null, save: Save) {
    this.#length = length;
    this.#save = save;
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.#sink) return this.#sink.write(chunk);
    this.#chunks.push(chunk);
    this.#collected += chunk.byteLength;
    if (this.#collected > SMALL_BODY_BYTES) await this.#spill();
  }

  async #spill(): Promise<void> {
    const { readable, writable } = channel(this.#length);
    this.#sink = new Sink(writable);
    this.#saving = this.#save({ stream: readable, whole: this.#whole.promise });
    // A store that has given up leaves the stream unread, and the client must not wait for that.
    const letGo = () => discard(readable);
    this.#saving.then(letGo, letGo);
    for (const chunk of this.#chunks) await this.#sink.write(chunk);
    this.#chunks = [];
  }

  /** Ends the body and returns its bytes, or null where it was streamed. */
  async close(): Promise<ArrayBuffer | null> {
    if (this.#sink) {
      await this.#sink.close();
      this.#whole.resolve();
      await this.#saving;
      return null;
    }
    const bytes = concatenate(this.#chunks, this.#collected);
    await this.#save(bytes);
    return bytes;
  }

  async abort(reason: unknown): Promise<void> {
    this.#whole.promise.catch(() => {}); // nobody may be waiting for it
    this.#whole.reject(reason);
    await this.#sink?.abort(reason);
    await this.#saving.catch(() => {});
  }
}

function concatenate(chunks: readonly Uint8Array[], total: number): ArrayBuffer {
  const bytes = new Uint8Array(total);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes.buffer;
}

/** The bytes `first` to `last` of a body (inclusive). What follows them is not read. */
export function sliceBody(body: StoredBody, range: ByteRange): StoredBody {
  if (body instanceof ArrayBuffer) return body.slice(range.first, range.last + 1);
  const { readable, writable } = channel(range.last - range.first + 1);
  void pumpRange(body, range, new Sink(writable));
  return readable;
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
