import type {
  FieldChanges,
  JwtSource,
  KeyPolicy,
  Policy,
  QueryKey,
  Scope,
  StaleWindow,
  Template,
  TtlPolicy,
} from "../../src/cache/policy.ts";
import type { Candidate } from "../../src/cache/reuse.ts";
import type { Standing } from "../../src/cache/standing.ts";
import type { Asked } from "../../src/cache/storage.ts";
import type { Arrival } from "../../src/cache/storing/facts.ts";
import type { ClientFacts, RequestHead, StoredRange, StoredResponse } from "../../src/cache/types.ts";
import { formatHttpDate } from "../../src/http/date.ts";
import type { FieldSection } from "../../src/http/field-section.ts";

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

/** A client of whom the platform knows nothing. */
export const NO_CLIENT: ClientFacts = {
  ip: null,
  country: null,
  continent: null,
  asn: null,
  acceptEncoding: null,
  tlsVersion: null,
  bot: null,
};

/** A GET of `TARGET`, or what is said instead. */
export function request(
  fields: Fields = {},
  { method = "GET", url = TARGET }: RequestParts = {},
): RequestHead {
  return { method, url: new URL(url, TARGET), headers: new Headers(fields), client: NO_CLIENT, params: {} };
}

/** A 200 that was generated, asked for and received at second 0, of ten bytes. */
export function stored(fields: Fields = {}, facts: Partial<StoredResponse> = {}): StoredResponse {
  return {
    uri: TARGET,
    rule: null,
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

/** The parts of a policy that tables vary most, in seconds and plain words. */
export interface PolicyParts extends Partial<Policy> {
  readonly edgeTtlSeconds?: number | null;
  readonly browserTtlSeconds?: number | null;
  readonly staleWhileRevalidateSeconds?: number | null;
  readonly staleIfErrorSeconds?: number | null;
  readonly keep?: QueryKey["keep"];
}

/** No rule matched: the origin's word counts. */
export function policy(chosen: PolicyParts = {}): Policy {
  const {
    edgeTtlSeconds,
    browserTtlSeconds,
    staleWhileRevalidateSeconds,
    staleIfErrorSeconds,
    keep,
    ...rest
  } = chosen;
  return {
    rule: null,
    action: "cache",
    respond: null,
    rateLimit: null,
    required: null,
    signedUrl: null,
    edgeTtl: ttl({ overrideSeconds: edgeTtlSeconds ?? null }),
    browserTtl: ttl({ overrideSeconds: browserTtlSeconds ?? null }),
    staleWhileRevalidate: windowOf(staleWhileRevalidateSeconds),
    staleIfError: windowOf(staleIfErrorSeconds),
    key: key({ query: { keep: keep ?? "all", sort: false, tracking: "keep" } }),
    scope: { kind: "shared" },
    tags: [],
    clientDirectives: "ignore",
    heuristicFreshness: false,
    setCookie: "bypass",
    requestCookies: "respect",
    authorization: "respect",
    otherFields: { fate: "vary", forward: [], tested: [] },
    cors: null,
    invalidates: [],
    originPurges: "ignore",
    readYourWritesSeconds: null,
    origin: { names: ["default"], weights: null, failoverStatuses: [], rewrite: null, fields: NO_CHANGES },
    extensions: [],
    securityFields: null,
    responseFields: NO_CHANGES,
    ...rest,
  };
}

const NO_CHANGES: FieldChanges = { remove: [], set: [], add: [] };

function windowOf(seconds: number | null | undefined): StaleWindow | null {
  return seconds === null || seconds === undefined ? null : { seconds, override: false };
}

/** The origin decides on lifetimes, but for what is said. */
export function ttl(chosen: Partial<TtlPolicy> = {}): TtlPolicy {
  return {
    overrideSeconds: null,
    fallbackSeconds: null,
    minSeconds: null,
    maxSeconds: null,
    byStatus: [],
    jitter: 0,
    ...chosen,
  };
}

/** The target URI alone, but for what is said. */
export function key(chosen: Partial<KeyPolicy> = {}): KeyPolicy {
  return {
    query: { keep: "all", sort: false, tracking: "keep" },
    host: true,
    headers: [],
    cookies: [],
    device: false,
    country: false,
    languages: [],
    mediaTypes: [],
    encodings: [],
    pathCase: "sensitive",
    trailingSlash: "keep",
    version: null,
    body: null,
    ...chosen,
  };
}

/** A template without places to fill in. */
export function literal(source: string): Template {
  return { source, parts: [source] };
}

/** A template of literal texts and places to fill in. */
export function template(...parts: Template["parts"]): Template {
  return { source: "", parts };
}

const JWT: Omit<JwtSource, "cookie"> = {
  key: { kind: "secret", from: "JWT_SECRET" },
  algorithms: ["HS256"],
  issuer: null,
  audience: null,
};

/** Who shares a stored response, in every way that rules can say it; tokens are the bearer's or a cookie `jwt`. */
export const SCOPES = {
  shared: { kind: "shared" },
  authorization: { kind: "user", identity: { kind: "authorization" } },
  cookie: { kind: "user", identity: { kind: "cookie", name: "sid" } },
  claim: { kind: "user", identity: { kind: "claim", name: "sub", jwt: { ...JWT, cookie: null } } },
  cookieClaim: { kind: "user", identity: { kind: "claim", name: "sub", jwt: { ...JWT, cookie: "jwt" } } },
  claims: { kind: "claims", names: ["plan"], jwt: { ...JWT, cookie: null } },
  cookieClaims: { kind: "claims", names: ["plan"], jwt: { ...JWT, cookie: "jwt" } },
} as const satisfies Readonly<Record<string, Scope>>;

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

/** Nothing has happened to what is stored. */
const UNTOUCHED: Standing = { invalidatedAt: null, purge: null, mustBeNewerThanAt: null };

/** What was found for a request: `response`, nothing else, nothing invalidated. */
export function found(response: StoredResponse | null, facts: Partial<Candidate> = {}): Candidate {
  return { response, hasOthers: false, ...UNTOUCHED, ...facts };
}

/** A plain GET to the origin, with nothing stored. */
export function asked(facts: Partial<Asked> = {}): Asked {
  return {
    method: "GET",
    stored: null,
    conditional: false,
    completing: false,
    ...UNTOUCHED,
    ...facts,
  };
}

/** Header fields as an object, to compare with. */
export function fieldsOf(headers: FieldSection): Fields {
  return Object.fromEntries(headers);
}
