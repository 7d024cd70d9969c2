import { problemWith } from "../http/problem.ts";
import { cut, shown } from "./words.ts";

/** What came of reading a request's body as JSON. */
export type Body =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "too-large" }
  /** Not JSON by its own word. What is wrong, in words. */
  | { readonly kind: "unsupported"; readonly complaint: string }
  /** What is wrong, in words. */
  | { readonly kind: "malformed"; readonly complaint: string };

const MOST_BYTES = 1024 * 1024;

/** JSON, and what `curl -d` says of whatever it sends. */
const TAKEN = /^\s*(?:application\/(?:[\w.+-]+\+)?json|application\/x-www-form-urlencoded)\s*(?:;|$)/i;

/** Reads at most 1 MiB, whatever the client announces. */
export async function readJson(request: Request): Promise<Body> {
  const type = request.headers.get("content-type") ?? "application/json";
  if (!TAKEN.test(type)) {
    return {
      kind: "unsupported",
      complaint: `content-type: found ${shown(type)}; allowed: application/json`,
    };
  }
  const coding = request.headers.get("content-encoding") ?? "identity";
  if (coding.toLowerCase() !== "identity") {
    return { kind: "unsupported", complaint: `content-encoding: found ${shown(coding)}; allowed: none` };
  }
  const text = await readText(request);
  return typeof text === "string" ? parse(text) : text;
}

async function readText(request: Request): Promise<string | Body> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let total = 0;
  for await (const chunk of request.body ?? []) {
    total += chunk.byteLength;
    if (total > MOST_BYTES) return { kind: "too-large" };
    chunks.push(chunk);
  }
  try {
    // RFC 8259 §8.1. A character that is made up would purge something else.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(
      await new Blob(chunks).arrayBuffer(),
    );
  } catch {
    return { kind: "malformed", complaint: "the body is not UTF-8; allowed: JSON in UTF-8" };
  }
}

function parse(text: string): Body {
  if (text.trim() === "") return malformed("the body is empty; allowed: a JSON object");
  try {
    const value: unknown = JSON.parse(text);
    const repeated = repeatedKey(text);
    return repeated === null ? { kind: "json", value } : malformed(`${repeated}: twice; allowed: once`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return malformed(
      `the body is not JSON: ${why}; allowed: a JSON object, its keys and strings in double quotes`,
    );
  }
}

function malformed(complaint: string): Body {
  return { kind: "malformed", complaint };
}

// RFC 8259 §4: of two values the last would count, and the first, perhaps half of a purge, be lost without a word.
function repeatedKey(json: string): string | null {
  const known = new Set<string>();
  for (const key of outerKeys(json)) {
    const name: string = JSON.parse(key);
    if (known.has(name)) return cut(name);
    known.add(name);
  }
  return null;
}

/** The keys of the object that a valid JSON text is, as they are written. */
function* outerKeys(json: string): Iterable<string> {
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const character = json.charAt(at);
    if ("{[".includes(character)) depth += 1;
    if ("}]".includes(character)) depth -= 1;
    if (character !== '"') continue;
    const end = endOfString(json, at);
    if (depth === 1 && json.charAt(endOfBlanks(json, end)) === ":") yield json.slice(at, end);
    at = end - 1;
  }
}

function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
  return at + 1;
}

function endOfBlanks(json: string, start: number): number {
  let at = start;
  while (at < json.length && " \t\n\r".includes(json.charAt(at))) at++;
  return at;
}

/** The answer to a body that was not taken. */
export function refuseBody(body: Exclude<Body, { kind: "json" }>): Response {
  switch (body.kind) {
    case "too-large":
      return problemWith(413, "the body is longer than 1 MiB", "too-large");
    case "unsupported":
      return problemWith(415, body.complaint, "unsupported");
    case "malformed":
      return problemWith(400, body.complaint, "malformed");
    default:
      return body satisfies never;
  }
}
