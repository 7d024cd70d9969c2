import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { Failure } from "../failure.ts";

/** Lines that came together, and how far reading is. */
export interface Batch {
  readonly lines: readonly string[];
  /** Bytes of the file read so far, compressed where the file is. */
  readonly bytesRead: number;
}

export interface Source {
  readonly batches: AsyncIterable<Batch>;
  /** Of the file; null where nobody knows. */
  readonly bytes: number | null;
}

/** A longer line is no line of a log, and is given as what it begins with. */
export const LONGEST_LINE = 64 * 1024;

/** What a document may weigh that can only be parsed as a whole: a HAR. */
export const LARGEST_DOCUMENT = 256 * 1024 * 1024;

/** Opens a file, or standard input for "-"; what is compressed by gzip is told by its first bytes. */
export async function openLines(path: string): Promise<Source> {
  if (path === "-") return { batches: batchesOf(process.stdin), bytes: null };
  const file = await open(path).catch((error: { readonly code?: string }) => {
    throw new Failure(`${path}: ${error.code === "ENOENT" ? "there is no such file" : error.code}`);
  });
  const { size } = await file.stat();
  return { batches: batchesOf(file.createReadStream({ highWaterMark: CHUNK_BYTES })), bytes: size };
}

const CHUNK_BYTES = 256 * 1024;
const GZIP = [0x1f, 0x8b];

async function* batchesOf(stream: Readable): AsyncGenerator<Batch> {
  let bytesRead = 0;
  const counted = async function* () {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytesRead += chunk.length;
      yield chunk;
    }
  };
  const { first, chunks } = await peeked(counted());
  if (first === null) return;
  const isPacked = GZIP.every((byte, index) => first[index] === byte);
  const plain: AsyncIterable<Buffer> = isPacked ? unpacked(chunks) : chunks;
  let isFirst = true;
  for await (const lines of linesOf(plain)) {
    if (isFirst) refuseBinary(lines);
    isFirst = false;
    yield { lines, bytesRead };
  }
}

async function peeked(
  chunks: AsyncGenerator<Buffer>,
): Promise<{ readonly first: Buffer | null; readonly chunks: AsyncIterable<Buffer> }> {
  const { value, done } = await chunks.next();
  const first = done ? null : value;
  const all = async function* () {
    if (first !== null) yield first;
    yield* chunks;
  };
  return { first, chunks: all() };
}

async function* unpacked(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const source = Readable.from(chunks);
  source.on("error", (error) => gunzip.destroy(error));
  try {
    yield* source.pipe(gunzip);
  } catch (error) {
    throw new Failure(`the file is not whole, or no gzip: ${(error as Error).message}`);
  }
}

/** As many lines as each chunk ends. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let rest = "";
  let longest: number | null = null;
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    longest ??= longestFirst(text);
    const end = text.indexOf("\n");
    // Of a line without an end only its beginning is kept.
    if (rest.length <= longest) rest += end === -1 ? text : text.slice(0, end);
    if (end === -1) continue;
    const lines = text.slice(end + 1).split("\n");
    const first = trimmed(rest, longest);
    longest = LONGEST_LINE;
    rest = lines.pop() ?? "";
    yield [first, ...lines.map((line) => trimmed(line, LONGEST_LINE))];
  }
  const last = rest + decoder.decode();
  if (last !== "") yield [trimmed(last, longest ?? LONGEST_LINE)];
}

// A whole document of JSON may stand on one line, as some programs write HAR.
function longestFirst(text: string): number {
  return /^\uFEFF?\s*\{/.test(text.slice(0, 100)) ? LARGEST_DOCUMENT : LONGEST_LINE;
}

function trimmed(line: string, longest: number): string {
  const whole = line.length > longest ? line.slice(0, longest + 1) : line;
  return whole.endsWith("\r") ? whole.slice(0, -1) : whole;
}

function refuseBinary(lines: readonly string[]): void {
  const beginning = lines[0]?.slice(0, 1024) ?? "";
  if (beginning.includes("\0") || beginning.includes("\uFFFD")) {
    throw new Failure("this is no log: it begins with bytes that are no text (only gzip is unpacked)");
  }
}
