import type { Arrival } from "../../src/cache/facts.ts";
import type { Candidate } from "../../src/cache/reuse.ts";
import type { Asked } from "../../src/cache/storage.ts";
import type { Policy, RequestHead, StoredRange, StoredResponse } from "../../src/cache/types.ts";
import { formatHttpDate } from "../../src/http/date.ts";

/** Where every table starts to count. */
const START = Date.UTC(2026, 0, 1, 12);

export const TARGET = "https://api.example.com/products";

export type Fields = Readonly<Record<string, string>>;

/** The instant that many seconds after the start. */
export function at(seconds: number): number {
  return START + seconds * 1000;
}

/** The same instant, as an HTTP-date. */
export function dateAt(seconds: number): string {
  return formatHttpDate(at(seconds));
}

interface RequestParts {
  readonly method?: string;
  readonly url?: string;
}

/** A GET of `TARGET`, or what is said instead. */
export function request(
  fields: Fields = {},
  { method = "GET", url = TARGET }: RequestParts = {},
): RequestHead {
  return { method, url: new URL(url, TARGET), headers: new Headers(fields) };
}

/** A 200 that was generated, asked for and received at second 0, of ten bytes. */
export function stored(fields: Fields = {}, facts: Partial<StoredResponse> = {}): StoredResponse {
  return {
    status: 200,
    headers: new Headers({ date: dateAt(0), ...fields }),
    requestedAt: at(0),
    respondedAt: at(0),
    nominated: [],
    bodyLength: 10,
    range: null,
    tags: [],
    suspect: false,
    ...facts,
  };
}

/** A stored 206 with a strong validator: bytes `first` to `last` of `length`. */
export function part(range: StoredRange, fields: Fields = {}): StoredResponse {
  const { first, last, length } = range;
  const own = {
    etag: '"v1"',
    "cache-control": "max-age=60",
    "content-range": `bytes ${first}-${last}/${length}`,
  };
  return stored({ ...own, ...fields }, { status: 206, range, bodyLength: last - first + 1 });
}

/** No rule matched: the origin's word counts. */
export function policy(chosen: Partial<Policy> = {}): Policy {
  return {
    rule: null,
    action: "cache",
    edgeTtlSeconds: null,
    browserTtlSeconds: null,
    staleWhileRevalidateSeconds: null,
    staleIfErrorSeconds: null,
    query: { kind: "all" },
    tags: [],
    clientDirectives: "ignore",
    heuristicFreshness: false,
    setCookie: "bypass",
    ...chosen,
  };
}

/** What the origin answered, asked at second 100 and received a second later. */
export function arrival(
  status: number,
  fields: Fields | [string, string][] = {},
  facts: Partial<Arrival> = {},
): Arrival {
  return {
    status,
    headers: new Headers(fields),
    requestedAt: at(100),
    respondedAt: at(101),
    ...facts,
  };
}

/** What was found for a request: `response`, nothing else, nothing invalidated. */
export function found(response: StoredResponse | null, facts: Partial<Candidate> = {}): Candidate {
  return { response, hasOthers: false, invalidatedAt: null, ...facts };
}

/** A plain GET to the origin, with nothing stored. */
export function asked(facts: Partial<Asked> = {}): Asked {
  return {
    method: "GET",
    stored: null,
    conditional: false,
    completing: false,
    invalidatedAt: null,
    ...facts,
  };
}

/** Header fields as an object, to compare with. */
export function fieldsOf(headers: Headers): Fields {
  return Object.fromEntries(headers);
}
