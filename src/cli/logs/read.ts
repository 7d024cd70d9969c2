import { Failure } from "../failure.ts";
import { cloudFrontReader, isExtendedHead } from "./cloudfront.ts";
import { readCommonLine } from "./common.ts";
import { readHar } from "./har.ts";
import { readJsonLine } from "./json-lines.ts";
import { type Batch, LARGEST_DOCUMENT, LONGEST_LINE, openLines } from "./lines.ts";
import type { LoggedRequest, ReadLine } from "./record.ts";

export const FORMATS = ["common", "json", "cloudfront", "har"] as const;

/** "common" is Combined too; "json" is JSON lines, Logpush's among them. */
export type LogFormat = (typeof FORMATS)[number];

/** What was read, and what could not be. */
export interface ReadState {
  format: LogFormat | null;
  lines: number;
  skipped: number;
  /** The first that was skipped. */
  firstSkipped: { readonly file: string; readonly line: number; readonly text: string } | null;
  bytesRead: number;
  /** Of all files; null where nobody knows. */
  bytes: number | null;
}

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
  const { batches, bytes } = await openLines(path);
  state.bytes = state.bytes === null || bytes === null ? null : state.bytes + bytes;
  const readBefore = state.bytesRead;
  let read: ReadLine | null = null;
  let line = 0;
  let understood = 0;
  for await (const batch of batches) {
    state.bytesRead = readBefore + batch.bytesRead;
    if (read === null) {
      state.format = format ?? formatOf(batch.lines);
      if (state.format === "har") return yield await wholeHar(path, batch, batches, state);
      read = readerOf(state.format);
    }
    const requests: LoggedRequest[] = [];
    for (const text of batch.lines) {
      line += 1;
      if (text === "" || text.startsWith("#")) {
        read(text);
        continue;
      }
      state.lines += 1;
      const request = text.length > LONGEST_LINE ? null : read(text);
      if (request === null) skip(state, path, line, text);
      else requests.push(request);
    }
    understood += requests.length;
    if (requests.length > 0) yield requests;
  }
  if (understood === 0) throw new Failure(notUnderstood(path, state));
}

function skip(state: ReadState, file: string, line: number, text: string): void {
  state.skipped += 1;
  state.firstSkipped ??= { file, line, text: shown(text) };
}

function shown(text: string): string {
  const plain = text.slice(0, 120).replace(/\p{Cc}/gu, "\uFFFD");
  return text.length > 120 ? `${plain}…` : plain;
}

function notUnderstood(path: string, { firstSkipped }: ReadState): string {
  const seen =
    firstSkipped === null
      ? "it has no lines"
      : `line ${firstSkipped.line} is ${JSON.stringify(firstSkipped.text)}`;
  return `${path}: ${seen}; allowed: Common or Combined Log Format, JSON lines, HAR, Cloudflare Logpush, CloudFront standard logs (--format names one)`;
}

function readerOf(format: LogFormat): ReadLine {
  switch (format) {
    case "common":
      return readCommonLine;
    case "json":
      return readJsonLine;
    case "cloudfront":
      return cloudFrontReader();
    case "har":
      throw new Failure("a HAR file is read whole");
    default:
      return format satisfies never;
  }
}

/** By the first line that says something. */
function formatOf(lines: readonly string[]): LogFormat {
  const first = lines.find((line) => line.trim() !== "")?.replace(/^\uFEFF/, "") ?? "";
  if (isExtendedHead(first)) return "cloudfront";
  if (!first.startsWith("{")) return "common";
  if (readJsonLine(first) !== null) return "json";
  return isJson(first) ? "json" : "har";
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return !line.includes('"log"');
  } catch {
    return false;
  }
}

async function wholeHar(
  path: string,
  first: Batch,
  batches: AsyncIterable<Batch>,
  state: ReadState,
): Promise<readonly LoggedRequest[]> {
  const lines = [...first.lines];
  for await (const batch of batches) {
    lines.push(...batch.lines);
    if (batch.bytesRead > LARGEST_DOCUMENT) throw new Failure(`${path}: a HAR of more than 256 MiB`);
  }
  const entries = readHar(lines.join("\n"));
  if (entries === null)
    throw new Failure(
      notUnderstood(path, { ...state, firstSkipped: { file: path, line: 1, text: shown(lines[0] ?? "") } }),
    );
  state.lines += entries.length;
  for (const [index, entry] of entries.entries()) {
    if (entry === null) skip(state, path, index + 1, "an entry without time, address or answer");
  }
  return entries.filter((entry) => entry !== null);
}
