/** The origin of the model: what it says is scripted, what it answers follows from that and from the request. */
import type { Asks, Directives, Path, Says } from "./script.ts";

export const START = Date.UTC(2026, 0, 1, 12);

/** One request that reached the origin, and its answer, as both really were. */
export interface Exchange {
  readonly number: number;
  readonly method: string;
  readonly path: Path;
  readonly asked: Headers;
  readonly requestedAt: number;
  readonly respondedAt: number;
  readonly says: Says;
  /** Null: there was no answer. */
  readonly answer: Sent | null;
}

export interface Sent {
  readonly status: number;
  readonly fields: ReadonlyMap<string, string>;
  /** What was announced, all of it; also where the connection was cut. */
  readonly body: string;
  readonly span: Span | null;
  readonly cut: boolean;
}

/** Bytes `first` to `last` of `length`. */
export interface Span {
  readonly first: number;
  readonly last: number;
  readonly length: number;
}

export class Origin {
  readonly exchanges: Exchange[] = [];
  says: Says | null = null;
  readonly #versions = new Map<string, number>();
  readonly #clock: { now: number };

  constructor(clock: { now: number }) {
    this.#clock = clock;
  }

  /** There is a new version of what is at this path. */
  change(path: Path): void {
    this.#versions.set(path, this.#version(path) + 1);
  }

  async fetch(
    url: string,
    { method, headers }: { readonly method: string; readonly headers: Headers },
  ): Promise<Response> {
    const { says } = this;
    if (says === null) throw new Error("asked when nothing is scripted");
    const path = new URL(url).pathname as Path;
    const requestedAt = this.#clock.now;
    // An answer that does not wait for this one is on its way before time goes by.
    await new Promise((resolve) => setImmediate(resolve));
    this.#clock.now += says.delayMs;
    const unreachable = says.fault === "unreachable";
    if (!unreachable && method !== "GET" && method !== "HEAD") this.change(path);
    const number = this.exchanges.length + 1;
    const seen = {
      number,
      method,
      path,
      asked: headers,
      requestedAt,
      respondedAt: this.#clock.now,
    };
    const answer = unreachable ? null : this.#answer(seen, says);
    this.exchanges.push({ ...seen, says, answer });
    if (answer === null) throw new TypeError("connection refused");
    return toResponse(method, answer);
  }

  #version(path: string): number {
    return this.#versions.get(path) ?? 1;
  }

  #answer(seen: Omit<Exchange, "says" | "answer">, says: Says): Sent {
    const { method, path, asked, number } = seen;
    const version = this.#version(path);
    const vary = varyOf(path, version, says);
    const body = bodyOf(path, version, vary, asked);
    const fields = new Map<string, string>([
      ["x-exchange", String(number)],
      ["x-secret", String(number)],
    ]);
    if (says.clockAhead !== null) fields.set("date", dateOf(seen.respondedAt + says.clockAhead * 1000));
    if (says.age !== null) fields.set("age", String(says.age));
    if (says.expires !== null) fields.set("expires", dateOf(seen.respondedAt + says.expires * 1000));
    for (const [name, directives] of [
      ["cache-control", says.cacheControl],
      ["cdn-cache-control", says.cdnCacheControl],
    ] as const) {
      if (Object.keys(directives).length > 0) fields.set(name, textOf(directives));
    }
    if (vary.length > 0) fields.set("vary", vary.join(", "));
    if (says.setCookie) fields.set("set-cookie", `sid=${number}`);
    if (method === "POST" || method === "DELETE") {
      if (says.location !== null) fields.set("location", says.location);
      return { status: says.status, fields, body: `done ${number}`, span: null, cut: false };
    }
    const etag = `"${body.replace(/[^\w=-]+/g, "_")}"`;
    const modified = dateOf(START - 86_400_000 + version * 60_000);
    const { validators } = says;
    if (validators === "strong" || validators === "both") fields.set("etag", etag);
    if (validators === "weak") fields.set("etag", `W/${etag}`);
    if (validators === "date" || validators === "both") fields.set("last-modified", modified);
    return says.status === 200
      ? conditional({ method, asked, fields, body, cut: says.fault === "cut" }, says)
      : { status: says.status, fields, body, span: null, cut: says.fault === "cut" };
  }
}

interface Whole {
  readonly method: string;
  readonly asked: Headers;
  readonly fields: Map<string, string>;
  readonly body: string;
  readonly cut: boolean;
}

// RFC 9110 §13.2.2, for the few conditions that are ever sent here.
function conditional({ method, asked, fields, body, cut }: Whole, says: Says): Sent {
  const [ifNoneMatch, ifModifiedSince] = [asked.get("if-none-match"), asked.get("if-modified-since")];
  if (says.wrong304 && (ifNoneMatch ?? ifModifiedSince) !== null) {
    fields.set("etag", '"wrong"');
    return { status: 304, fields, body: "", span: null, cut: false };
  }
  const same =
    ifNoneMatch === null
      ? fields.has("last-modified") && fields.get("last-modified") === ifModifiedSince
      : ifNoneMatch === "*" || weakly(fields.get("etag")) === weakly(ifNoneMatch);
  if (same) return { status: 304, fields, body: "", span: null, cut: false };
  const ifRange = asked.get("if-range");
  const holds = ifRange === null || ifRange === fields.get("etag") || ifRange === fields.get("last-modified");
  const written = says.takesRanges && method === "GET" && holds ? asked.get("range") : null;
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(written ?? "") ?? [];
  if (from === "" && to === "") return { status: 200, fields, body, span: null, cut };
  const first = from === "" ? Math.max(0, body.length - Number(to)) : Number(from);
  const last = from === "" || to === "" ? body.length - 1 : Math.min(Number(to), body.length - 1);
  if (first > last) {
    fields.set("content-range", `bytes */${body.length}`);
    return { status: 416, fields, body: "none", span: null, cut: false };
  }
  fields.set("content-range", `bytes ${first}-${last}/${body.length}`);
  return {
    status: 206,
    fields,
    body: body.slice(first, last + 1),
    span: { first, last, length: body.length },
    cut,
  };
}

function weakly(etag: string | undefined): string | null {
  return etag?.replace(/^W\//, "") ?? null;
}

function varyOf(path: Path, version: number, { varyStar }: Says): readonly string[] {
  if (varyStar) return ["*"];
  if (path === "/lang") return ["Accept-Language"];
  if (path === "/both") return ["Accept-Language", "Accept"];
  return path === "/mixed" && version % 2 === 0 ? ["Accept-Language"] : [];
}

/** It says what it was made for: whoever gets it can tell. */
function bodyOf(path: Path, version: number, vary: readonly string[], asked: Headers): string {
  const chosen = vary.map((name) => asked.get(name) ?? "none").join("+");
  const who = [asked.get("authorization"), asked.get("cookie")].map((value) => value ?? "none").join("+");
  return `${path} v=${version} for=${chosen} who=${who}`.padEnd(64 + (version % 2), ".");
}

function toResponse(method: string, { status, fields, body, cut }: Sent): Response {
  const headers = new Headers([...fields]);
  const hasBody = status !== 304 && method !== "HEAD";
  if (status !== 304) headers.set("content-length", String(body.length));
  const bytes = new TextEncoder().encode(body);
  const broken = () =>
    new ReadableStream({
      start(controller) {
        controller.enqueue(bytes.slice(0, 5));
        controller.error(new Error("connection reset"));
      },
    });
  return new Response(hasBody ? (cut ? broken() : bytes) : null, { status, headers });
}

export function dateOf(at: number): string {
  return new Date(at).toUTCString();
}

export function textOf(directives: Directives): string {
  return Object.entries(directives)
    .map(([name, argument]) => (argument === null ? name : `${name}=${argument}`))
    .join(", ");
}

/** What a client sends; `seen` is what its last answer for the path carried. */
export function fieldsOf(asks: Asks, seen: Headers | undefined): Headers {
  const { range } = asks;
  const ifNoneMatch = { seen: seen?.get("etag") ?? null, other: '"other"', "*": "*" };
  const fields: Record<string, string | null> = {
    "accept-language": asks.lang,
    accept: asks.accept,
    authorization: asks.user && `Bearer ${asks.user}`,
    cookie: asks.cookie && `sid=${asks.cookie}`,
    range: range && `bytes=${range.first ?? ""}-${range.last ?? ""}`,
    "if-none-match": asks.ifNoneMatch && ifNoneMatch[asks.ifNoneMatch],
    "if-modified-since": asks.ifModifiedSince && (seen?.get("last-modified") ?? null),
    "cache-control": textOf(asks.cacheControl) || null,
  };
  return new Headers(Object.entries(fields).filter((pair): pair is [string, string] => pair[1] !== null));
}
