import { Failure } from "../failure.ts";
import { cloudFrontReader, isExtendedHead } from "./cloudfront.ts";
import { readCommonLine } from "./common.ts";
import { harEntries, isHarHead } from "./har.ts";
import { readJsonLine } from "./json-lines.ts";
import { LONGEST_LINE, linesOf } from "./lines.ts";
import { isMethod, type LoggedRequest, type ReadLine } from "./record.ts";
import { nameOf, openSource } from "./source.ts";

/** What --format names. */
export const FORMATS = ["common", "json", "cloudfront", "har"] as const;

/** "common" is Combined too; "json" is JSON lines, Logpush's among them. */
export type LogFormat = (typeof FORMATS)[number];

/** What was read, and what could not be. */
export interface ReadState {
  format: LogFormat | null;
  lines: number;
  skipped: number;
  /** The first that was skipped; of the file that is being read, as long as it is read. */
  firstSkipped: Skipped | null;
  bytesRead: number;
  /** Of all files; null where nobody knows. */
  bytes: number | null;
}

interface Skipped {
  readonly file: string;
  readonly line: number;
  /** What it begins with. */
  readonly text: string;
  /** Whether it is longer than a line may be. */
  readonly isEndless: boolean;
}

/** Before anything is read. */
export function newReadState(): ReadState {
  return { format: null, lines: 0, skipped: 0, firstSkipped: null, bytesRead: 0, bytes: 0 };
}

/**
 * Reads logs, one after the other, and gives their requests many at a time. `state` tells meanwhile how far it is.
 * Throws a Failure where a file cannot be read or has no line that is understood.
 */
export async function* readLogs(
  paths: readonly string[],
  format: LogFormat | null,
  state: ReadState,
): AsyncGenerator<readonly LoggedRequest[]> {
  for (const path of paths) yield* readLog(path, format, state);
}

async function* readLog(
  path: string,
  format: LogFormat | null,
  state: ReadState,
): AsyncGenerator<readonly LoggedRequest[]> {
  const source = await openSource(path);
  state.bytes = state.bytes === null || source.bytes === null ? null : state.bytes + source.bytes;
  const readBefore = state.bytesRead;
  state.format = format ?? formatOf(source.beginning);
  const read = readerOf(path, state.format, state);
  const skippedBefore = state.firstSkipped;
  state.firstSkipped = null;
  let understood = 0;
  for await (const requests of read(source.chunks)) {
    state.bytesRead = readBefore + source.bytesRead();
    understood += requests.length;
    if (requests.length > 0) yield requests;
  }
  if (understood === 0) throw new Failure(notUnderstood(path, state));
  state.firstSkipped = skippedBefore ?? state.firstSkipped;
}

/** What was passed over, in a sentence; null where nothing was. */
export function skippedText({ skipped, lines, firstSkipped }: ReadState): string | null {
  if (firstSkipped === null) return null;
  const { file, line, text } = firstSkipped;
  return `${skipped} of ${lines} lines are no requests and were skipped; the first is line ${line} of ${nameOf(file)}: ${text}`;
}

type Read = (chunks: AsyncIterable<Buffer>) => AsyncGenerator<readonly LoggedRequest[]>;

function readerOf(path: string, format: LogFormat, state: ReadState): Read {
  const byLines = (read: ReadLine): Read => {
    return (chunks) => readLines(path, chunks, read, state);
  };
  switch (format) {
    case "common":
      return byLines(readCommonLine);
    case "json":
      return byLines(readJsonLine);
    case "cloudfront":
      return byLines(cloudFrontReader());
    case "har":
      return (chunks) => readHar(path, chunks, state);
    default:
      return format satisfies never;
  }
}

async function* readLines(
  path: string,
  chunks: AsyncIterable<Buffer>,
  read: ReadLine,
  state: ReadState,
): AsyncGenerator<readonly LoggedRequest[]> {
  let line = 0;
  for await (const lines of linesOf(chunks)) {
    const requests: LoggedRequest[] = [];
    for (const text of lines) {
      line += 1;
      if (text === "" || text.startsWith("#")) {
        read(text);
        continue;
      }
      state.lines += 1;
      const request = text.length > LONGEST_LINE ? null : read(text);
      if (request === null || !isMethod(request.method)) skip(state, path, line, text);
      else requests.push(request);
    }
    yield requests;
  }
}

async function* readHar(
  path: string,
  chunks: AsyncIterable<Buffer>,
  state: ReadState,
): AsyncGenerator<readonly LoggedRequest[]> {
  for await (const entries of harEntries(path, chunks)) {
    for (const entry of entries) {
      state.lines += 1;
      if (!isRequest(entry))
        skip(state, path, state.lines, "an entry without time, method, address or answer");
    }
    yield entries.filter(isRequest);
  }
}

function isRequest(entry: LoggedRequest | null): entry is LoggedRequest {
  return entry !== null && isMethod(entry.method);
}

function skip(state: ReadState, file: string, line: number, text: string): void {
  state.skipped += 1;
  state.firstSkipped ??= { file, line, text: shown(text), isEndless: text.length > LONGEST_LINE };
}

function shown(text: string): string {
  const plain = text.slice(0, 120).replace(/\p{Cc}/gu, "\uFFFD");
  return text.length > 120 ? `${plain}…` : plain;
}

function notUnderstood(path: string, state: ReadState): string {
  const name = nameOf(path);
  if (state.format !== "har" && state.firstSkipped === null) return `${name}: it has no lines`;
  return `${name}: ${whatWasSeen(state)}; allowed: Common or Combined Log Format, JSON lines, HAR, Cloudflare Logpush, CloudFront standard logs (--format names one)`;
}

function whatWasSeen({ firstSkipped, format }: ReadState): string {
  if (format === "har") return "it is JSON, but has no entries of a HAR";
  if (firstSkipped === null) return "it has no lines";
  const { line, text, isEndless } = firstSkipped;
  return `line ${line} ${isEndless ? "is longer than 64 KiB, and begins with" : "is"} ${JSON.stringify(text)}`;
}

/** By the first line that says something. */
function formatOf(beginning: string): LogFormat {
  const text = beginning.replace(/^\uFEFF/, "").trimStart();
  const first = text.split("\n", 1)[0]?.trimEnd() ?? "";
  if (isExtendedHead(first)) return "cloudfront";
  if (!first.startsWith("{")) return "common";
  if (readJsonLine(first) !== null) return "json";
  return isHarHead(text) || first === "{" ? "har" : "json";
}
