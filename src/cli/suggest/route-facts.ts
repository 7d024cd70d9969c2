import { fieldNames, parseCacheControl } from "../../http/cache-control.ts";
import type { LoggedRequest } from "../logs/record.ts";
import { asksForWrite, isCredential, namesUser } from "./suspicion.ts";

/** What has been seen of a route. */
export interface RouteFacts {
  requests: number;
  readonly methods: Map<string, number>;
  /** Of GET. */
  readonly statuses: Map<number, number>;
  cookies: number;
  /** Requests with Authorization, or another field that says who asks. */
  authorization: number;
  /** Requests whose query says who asks, or what is to be done. */
  naming: number;
  writing: number;
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
  /** How often a client got again what others had not got meanwhile, where there are many such answers. */
  perClient: number;
  /** Between sights of the same address, in all. */
  watchedSeconds: number;
  example: string | null;
  /** Said by a description of the API, not seen: it takes credentials. */
  isSecured: boolean;
}

interface Seen {
  readonly at: number;
  readonly mark: string;
  /** What each client got last. */
  readonly byClient: Map<string, string>;
  /** What came again to the client that had it, after others had got something else. */
  readonly own: Set<string>;
}

const MOST_ADDRESSES = 500;
const MOST_PARAMETERS = 30;
const MOST_DIRECTIVES = 20;
const MOST_CLIENTS = 20;
/** One address has an answer for each coding (identity, gzip, br, zstd), which tells clients apart, too. */
const MOST_CODINGS = 4;

/** Of a route of which nothing has been seen. */
export function newRoute(): RouteFacts {
  return {
    ...{ requests: 0, cookies: 0, authorization: 0, cookiesSet: 0, kept: 0, validators: 0 },
    ...{ naming: 0, writing: 0, repeats: 0, changes: 0, perClient: 0, watchedSeconds: 0 },
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
  if (requestFields.some(([name]) => isCredential(name))) facts.authorization += 1;
  if (method !== "GET" && method !== "HEAD") return;
  increase(facts.statuses, status);
  facts.example ??= url.pathname + url.search;
  addParameters(facts, url);
  observeAnswer(facts, responseFields);
  watch(facts, request, url);
}

/** Adds what the fields of an answer say. Names in lower case. */
export function observeAnswer(facts: RouteFacts, fields: LoggedRequest["responseFields"]): void {
  if (has(fields, "set-cookie")) facts.cookiesSet += 1;
  if (has(fields, "etag") || has(fields, "last-modified")) facts.validators += 1;
  const vary = fields.find(([name]) => name === "vary")?.[1] ?? "";
  if (/(?:^|[\s,])(?:\*|cookie|authorization)(?:[\s,]|$)/i.test(vary)) facts.kept += 1;
  const control = fields.find(([name]) => name === "cache-control")?.[1];
  if (control === undefined) return;
  const directives = parseCacheControl(control);
  if (directives.has("no-store") || fieldNames(directives, "private") !== null) facts.kept += 1;
  if (facts.cacheControl.size < MOST_DIRECTIVES || facts.cacheControl.has(control))
    increase(facts.cacheControl, control);
}

function addParameters(facts: RouteFacts, url: URL): void {
  const names = [...url.searchParams.keys()];
  if (names.some(namesUser)) facts.naming += 1;
  if (names.some(asksForWrite)) facts.writing += 1;
  for (const name of names) {
    if (facts.parameters.size < MOST_PARAMETERS) facts.parameters.add(name);
  }
}

// A change of its size or tag is a change; what stays alike may have changed all the same.
function watch(facts: RouteFacts, request: LoggedRequest, url: URL): void {
  const { at, status, bytes, client, responseFields } = request;
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
  const { byClient, own } = before ?? { byClient: new Map<string, string>(), own: new Set<string>() };
  const seen = { at, mark, byClient, own };
  if (client !== null && isOwn(seen, before?.mark, client)) facts.perClient += 1;
  facts.last.set(address, seen);
}

// What comes again after something else has mostly not been changed back: it belongs to who asks.
function isOwn({ mark, byClient, own }: Seen, before: string | undefined, client: string): boolean {
  const isBack = before !== mark && byClient.get(client) === mark;
  if (isBack && own.size <= MOST_CODINGS) own.add(mark);
  if (byClient.size < MOST_CLIENTS || byClient.has(client)) byClient.set(client, mark);
  return own.size > MOST_CODINGS;
}

/** What is known of two routes that are one. */
export function joined(one: RouteFacts, other: RouteFacts): RouteFacts {
  const parameters = new Set([...one.parameters, ...other.parameters]);
  return {
    requests: one.requests + other.requests,
    cookies: one.cookies + other.cookies,
    authorization: one.authorization + other.authorization,
    naming: one.naming + other.naming,
    writing: one.writing + other.writing,
    perClient: one.perClient + other.perClient,
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
