/** What a client is to get of a response that a cache holds: RFC 9110 §13, §14 and RFC 9111 §4, §5.1. */
import type { Sent, Span } from "./origin.ts";
import { ageOf, type Held } from "./rfc9111.ts";
import type { Rule } from "./script.ts";

/** What an answer has to be. Fields are compared whole, unless only these may be there. */
export interface Expected {
  readonly status: number;
  readonly fields: ReadonlyMap<string, string> | null;
  /** Fields that may be missing. */
  readonly optional: boolean;
  /** Null: of no interest, or there is none. */
  readonly body: string | null;
  readonly cut: boolean;
}

/** One of the cache's own making: an error, of which only the status counts. */
export function own(status: number): Expected {
  return { status, fields: null, optional: true, body: null, cut: false };
}

/** The origin's answer as it came. */
export function passed({ status, fields, body, cut }: Sent, method: string, rule: Rule): Expected {
  const isEmpty = method === "HEAD" || status === 304;
  return {
    status,
    fields: finished(fields, rule),
    optional: false,
    body: isEmpty ? "" : body,
    cut: cut && !isEmpty,
  };
}

interface Asking {
  readonly method: string;
  readonly fields: Headers;
  readonly now: number;
  /** True where the response was held, or was confirmed. */
  readonly reused: boolean;
  readonly cut?: boolean;
}

/** RFC 9110 §13.2.2: conditions, then the range. */
export function replied(
  held: Held,
  { method, fields: asked, now, reused, cut = false }: Asking,
  rule: Rule,
): Expected {
  const all = new Map(held.fields);
  // RFC 9111 §5.1
  if (reused) all.set("age", String(ageOf(held, now)));
  const fields = finished(all, rule);
  const isSuccess = held.status >= 200 && held.status < 300;
  if (isSuccess && isNotModified(held, asked))
    return { status: 304, fields, optional: true, body: "", cut: false };
  if (method === "HEAD") return { status: held.status, fields, optional: false, body: "", cut: false };
  const length = held.span?.length ?? held.body.length;
  const wanted = held.status === 200 || held.status === 206 ? wantedOf(asked.get("range"), length) : null;
  if (wanted === "none") return { status: 416, fields, optional: true, body: "", cut: false };
  const have = held.span ?? { first: 0, last: length - 1, length };
  if (wanted === null || wanted.first < have.first || wanted.last > have.last) {
    return { status: held.status, fields, optional: false, body: held.body, cut };
  }
  fields.set("content-range", `bytes ${wanted.first}-${wanted.last}/${length}`);
  const body = held.body.slice(wanted.first - have.first, wanted.last - have.first + 1);
  return { status: 206, fields, optional: false, body, cut };
}

// RFC 9110 §13.1.2, §13.1.3
function isNotModified(held: Held, asked: Headers): boolean {
  const [ifNoneMatch, ifModifiedSince] = [asked.get("if-none-match"), asked.get("if-modified-since")];
  const weak = (etag: string | undefined) => etag?.replace(/^W\//, "");
  if (ifNoneMatch !== null) {
    const etag = held.fields.get("etag");
    return ifNoneMatch === "*" || (etag !== undefined && weak(etag) === weak(ifNoneMatch));
  }
  if (ifModifiedSince === null) return false;
  // RFC 9111 §4.3.2
  const modified = held.fields.get("last-modified") ?? held.fields.get("date");
  return modified !== undefined && Date.parse(modified) <= Date.parse(ifModifiedSince);
}

/** The bytes of one range; null: no range is asked for, or none that counts. "none": there are no such bytes. */
export function wantedOf(range: string | null, length: number): Omit<Span, "length"> | "none" | null {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(range ?? "") ?? [];
  if (from === "" && to === "") return null;
  if (from === "") return to === "0" ? "none" : { first: Math.max(0, length - Number(to)), last: length - 1 };
  if (to !== "" && Number(to) < Number(from)) return null;
  if (Number(from) >= length) return "none";
  return { first: Number(from), last: to === "" ? length - 1 : Math.min(Number(to), length - 1) };
}

// docs/rules.md, `scope`: what is one user's tells every cache behind that it is.
function finished(fields: ReadonlyMap<string, string>, { scope }: Rule): Map<string, string> {
  const told = new Map(fields);
  if (scope === "shared") return told;
  const kept = (fields.get("cache-control") ?? "")
    .split(", ")
    .filter((each) => each !== "" && !/^(public|s-maxage|proxy-revalidate|private)(=|$)/.test(each));
  told.set("cache-control", ["private", ...kept].join(", "));
  told.delete("cdn-cache-control");
  return told;
}
