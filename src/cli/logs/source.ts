import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { Failure, whyUnreadable } from "../failure.ts";

/** A file that is read from its beginning to its end. */
export interface Source {
  /** Unpacked, where the file is packed. */
  readonly chunks: AsyncIterable<Buffer>;
  /** What it begins with, as text. */
  readonly beginning: string;
  /** Of the file; null where nobody knows. */
  readonly bytes: number | null;
  /** Read so far of the file, packed where it is. */
  readonly bytesRead: () => number;
}

const CHUNK_BYTES = 256 * 1024;
/** Tells what a file is. */
const BEGINNING_BYTES = 64 * 1024;

/**
 * Opens a file, or standard input for "-"; what is compressed by gzip is told by its first bytes. Throws a Failure, then
 * or while it is read, where that cannot be done, or it begins with what is no text.
 */
export async function openSource(path: string): Promise<Source> {
  const { stream, bytes } = await streamOf(path);
  let bytesRead = 0;
  const read = async function* () {
    for await (const chunk of failing(path, stream)) {
      bytesRead += chunk.length;
      yield chunk;
    }
  };
  const packed = await peeked(read(), GZIP.length);
  const isPacked = GZIP.every((byte, index) => packed.first[index] === byte);
  const plain = await peeked(isPacked ? unpacked(path, packed.chunks) : packed.chunks, BEGINNING_BYTES);
  const beginning = new TextDecoder().decode(plain.first, { stream: true });
  refuseBinary(path, beginning);
  return { chunks: plain.chunks, beginning, bytes, bytesRead: () => bytesRead };
}

async function streamOf(path: string): Promise<{ readonly stream: Readable; readonly bytes: number | null }> {
  if (path === "-") return { stream: process.stdin, bytes: null };
  try {
    const file = await open(path);
    const stat = await file.stat();
    // Of a pipe nobody knows how long it is.
    const bytes = stat.isFile() ? stat.size : null;
    return { stream: file.createReadStream({ highWaterMark: CHUNK_BYTES }), bytes };
  } catch (error) {
    throw new Failure(`${path}: ${whyUnreadable(error)}`);
  }
}

async function* failing(path: string, stream: Readable): AsyncGenerator<Buffer> {
  try {
    yield* stream as AsyncIterable<Buffer>;
  } catch (error) {
    throw new Failure(`${path}: ${whyUnreadable(error)}`);
  }
}

const GZIP = [0x1f, 0x8b];

/** So many bytes of the beginning, or all there are; `chunks` begin with them. */
async function peeked(
  chunks: AsyncGenerator<Buffer>,
  least: number,
): Promise<{ readonly first: Buffer; readonly chunks: AsyncGenerator<Buffer> }> {
  const seen: Buffer[] = [];
  for (let length = 0; length < least; length += seen.at(-1)?.length ?? 0) {
    const { value, done } = await chunks.next();
    if (done) break;
    seen.push(value);
  }
  const first = Buffer.concat(seen);
  const all = async function* () {
    if (first.length > 0) yield first;
    yield* chunks;
  };
  return { first, chunks: all() };
}

async function* unpacked(path: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const source = Readable.from(chunks);
  source.on("error", (error) => gunzip.destroy(error));
  try {
    yield* source.pipe(gunzip);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`${nameOf(path)}: the file is not whole, or no gzip: ${(error as Error).message}`);
  }
}

/** As messages call a file. */
export function nameOf(path: string): string {
  return path === "-" ? "standard input" : path;
}

function refuseBinary(path: string, beginning: string): void {
  const shown = beginning.slice(0, 1024);
  if (!shown.includes("\0") && !shown.includes("\uFFFD")) return;
  throw new Failure(
    `${nameOf(path)}: this is no log: it begins with bytes that are no text in UTF-8 (of what is packed, gzip alone is unpacked)`,
  );
}
