import { fieldNames, parseCacheControl } from "../../http/cache-control.ts";
import type { LoggedRequest } from "../logs/record.ts";

/** What has been seen of a route. */
export interface RouteFacts {
  requests: number;
  readonly methods: Map<string, number>;
  /** Of GET. */
  readonly statuses: Map<number, number>;
  cookies: number;
  authorization: number;
  cookiesSet: number;
  /** Answers that the origin keeps to one user, or from caches. */
  kept: number;
  validators: number;
  /** What the origin says of lifetimes, and how often. */
  readonly cacheControl: Map<string, number>;
  readonly parameters: Set<string>;
  /** The last that was seen of each address, to tell whether it changes. */
  readonly last: Map<string, Seen>;
  /** How often an address was seen again, and was another then. */
  repeats: number;
  changes: number;
  /** Between sights of the same address, in all. */
  watchedSeconds: number;
  example: string | null;
  /** Said by a description of the API, not seen: it takes credentials. */
  isSecured: boolean;
}

interface Seen {
  readonly at: number;
  readonly mark: string;
}

const MOST_ADDRESSES = 500;
const MOST_PARAMETERS = 30;
const MOST_DIRECTIVES = 20;

export function newRoute(): RouteFacts {
  return {
    ...{ requests: 0, cookies: 0, authorization: 0, cookiesSet: 0, kept: 0, validators: 0 },
    ...{ repeats: 0, changes: 0, watchedSeconds: 0 },
    methods: new Map(),
    statuses: new Map(),
    cacheControl: new Map(),
    parameters: new Set(),
    last: new Map(),
    example: null,
    isSecured: false,
  };
}

/** Adds a request to what is known. */
export function observe(facts: RouteFacts, request: LoggedRequest, url: URL): void {
  const { method, status, requestFields, responseFields } = request;
  facts.requests += 1;
  increase(facts.methods, method);
  if (has(requestFields, "cookie")) facts.cookies += 1;
  if (has(requestFields, "authorization")) facts.authorization += 1;
  if (method !== "GET" && method !== "HEAD") return;
  increase(facts.statuses, status);
  facts.example ??= url.pathname + url.search;
  addParameters(facts, url);
  observeAnswer(facts, responseFields);
  watch(facts, request, url);
}

function observeAnswer(facts: RouteFacts, fields: LoggedRequest["responseFields"]): void {
  if (has(fields, "set-cookie")) facts.cookiesSet += 1;
  if (has(fields, "etag") || has(fields, "last-modified")) facts.validators += 1;
  const control = fields.find(([name]) => name === "cache-control")?.[1];
  if (control === undefined) return;
  const directives = parseCacheControl(control);
  if (directives.has("no-store") || fieldNames(directives, "private") !== null) facts.kept += 1;
  if (facts.cacheControl.size < MOST_DIRECTIVES || facts.cacheControl.has(control))
    increase(facts.cacheControl, control);
}

function addParameters(facts: RouteFacts, url: URL): void {
  for (const name of url.searchParams.keys()) {
    if (facts.parameters.size < MOST_PARAMETERS) facts.parameters.add(name);
  }
}

// A change of its size or tag is a change; what stays alike may have changed all the same.
function watch(facts: RouteFacts, { at, status, bytes, responseFields }: LoggedRequest, url: URL): void {
  if (status !== 200) return;
  const etag = responseFields.find(([name]) => name === "etag")?.[1];
  if (etag === undefined && bytes === null) return;
  const mark = etag ?? String(bytes);
  const address = url.pathname + url.search;
  const before = facts.last.get(address);
  if (before !== undefined) {
    facts.repeats += 1;
    facts.watchedSeconds += Math.max(0, at - before.at) / 1000;
    if (before.mark !== mark) facts.changes += 1;
  } else if (facts.last.size >= MOST_ADDRESSES) return;
  facts.last.set(address, { at, mark });
}

/** What is known of two routes that are one. */
export function joined(one: RouteFacts, other: RouteFacts): RouteFacts {
  const parameters = new Set([...one.parameters, ...other.parameters]);
  return {
    requests: one.requests + other.requests,
    cookies: one.cookies + other.cookies,
    authorization: one.authorization + other.authorization,
    cookiesSet: one.cookiesSet + other.cookiesSet,
    kept: one.kept + other.kept,
    validators: one.validators + other.validators,
    repeats: one.repeats + other.repeats,
    changes: one.changes + other.changes,
    watchedSeconds: one.watchedSeconds + other.watchedSeconds,
    methods: summed(one.methods, other.methods),
    statuses: summed(one.statuses, other.statuses),
    cacheControl: summed(one.cacheControl, other.cacheControl),
    parameters: new Set([...parameters].slice(0, MOST_PARAMETERS)),
    last: new Map([...one.last, ...other.last].slice(0, MOST_ADDRESSES)),
    example: one.example ?? other.example,
    isSecured: one.isSecured || other.isSecured,
  };
}

function summed<Key>(one: ReadonlyMap<Key, number>, other: ReadonlyMap<Key, number>): Map<Key, number> {
  const sum = new Map(one);
  for (const [key, count] of other) sum.set(key, (sum.get(key) ?? 0) + count);
  return sum;
}

function increase<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function has(fields: LoggedRequest["requestFields"], name: string): boolean {
  return fields.some(([other]) => other === name);
}
