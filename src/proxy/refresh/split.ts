import { discard } from "../../store/discard.ts";
import type { ArrivingBody } from "../../store/store.ts";
import { channel, piecesOf, Sink, SMALL_BODY_BYTES } from "./body.ts";

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
