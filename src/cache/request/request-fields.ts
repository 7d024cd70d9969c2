import { type FieldSection, Fields } from "../../http/field-section.ts";
import type { Policy } from "../policy.ts";

/** Where the origin is told what the key holds of the client besides its fields. */
export const DEVICE_FIELD = "x-device-class";
export const COUNTRY_FIELD = "x-country";

/**
 * What becomes of a field of a read that may be cached: the origin sees it, and says by `Vary` if its answer depends
 * on it; or it is part of the key; or the origin does not see it.
 */
type Fate = "forward" | "key" | "drop";

/** Fields that HTTP defines (RFC 9110, 9111, 6265, 8586, 8942), and browsers' hints: origins know how to vary on them. */
const OF_HTTP = [
  ...["accept", "accept-charset", "accept-encoding", "accept-language", "authorization", "cache-control"],
  ...[
    "cdn-loop",
    "connection",
    "content-length",
    "cookie",
    "device-memory",
    "downlink",
    "dpr",
    "ect",
    "host",
  ],
  ...["if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "keep-alive"],
  ...["origin", "pragma", "range", "rtt", "save-data", "te", "trailer", "transfer-encoding", "upgrade"],
  ...["user-agent", "via", "viewport-width", "width"],
];

/**
 * What says something of one request, of the way it took or of the page it comes from: none of it may be in an answer
 * for all, and a copy for each value would serve nobody.
 */
const OF_ONE_REQUEST = [
  // Where it comes from and how it is made.
  ...["date", "dnt", "expect", "from", "max-forwards", "priority", "proxy", "purpose", "referer", "warning"],
  ...["upgrade-insecure-requests", "x-moz", "x-purpose", "x-requested-at"],
  // Traces of it (W3C Trace Context, B3 and vendors' own).
  ...[
    "b3",
    "baggage",
    "correlation-id",
    "newrelic",
    "request-id",
    "sentry-trace",
    "traceparent",
    "tracestate",
  ],
  ...["uber-trace-id", "x-amzn-trace-id", "x-client-request-id", "x-cloud-trace-context", "x-correlation-id"],
  ...["x-newrelic-id", "x-newrelic-transaction", "x-request-id", "x-request-start", "x-trace-id"],
  // Whom it claims to come from, and what it claims to ask for.
  ...["client-ip", "fastly-client-ip", "forwarded", "front-end-https", "true-client-ip", "x-client-ip"],
  ...["x-cluster-client-ip", "x-host", "x-http-host-override", "x-http-method", "x-http-method-override"],
  ...["x-method-override", "x-originating-ip", "x-proxyuser-ip", "x-real-ip", "x-remote-addr", "x-remote-ip"],
  ...[
    "x-url-scheme",
    "x-wap-profile",
    "surrogate-capability",
    "base-url",
    "cluster-client-ip",
    "destination",
  ],
  ...[
    "forwarded-for",
    "forwarded-host",
    "forwarded-proto",
    "host-override",
    "http-host",
    "http-method",
    "http-url",
  ],
  ...["https", "location", "method", "method-override", "path", "path-info", "path-translated", "real-ip"],
  ...["redirect", "referrer", "remote-addr", "remote-host", "remote-user", "request-method", "request-uri"],
  ...["script-name", "server-name", "server-port", "source-ip", "translate", "uri", "url", "wap-profile"],
];

const PREFIXES_OF_ONE_REQUEST =
  /^(?:access-control-|cf-|fastly-|proxy-|sec-(?!ch-)|x-(?:akamai-|amz-cf-|appengine-|arr-|azure-|b3-|datadog-|envoy-|forwarded-|middleware-|original-|proxy-|rewrite-))/;

/** Whoever sends one of these is answered for it, so that each has a copy of its own, wherever copies are shared. */
const CREDENTIALS = [
  ...["api-key", "apikey", "token", "x-access-token", "x-api-key", "x-api-token", "x-apikey", "x-auth"],
  ...["x-auth-token", "x-authorization", "x-csrf-token", "x-csrftoken", "x-session-id", "x-session-token"],
  ...["x-token", "x-xsrf-token"],
];

const FATES: ReadonlyMap<string, Fate> = new Map([
  ...OF_HTTP.map((name) => [name, "forward"] as const),
  ...OF_ONE_REQUEST.map((name) => [name, "drop"] as const),
  ...CREDENTIALS.map((name) => [name, "key"] as const),
]);

/** Fields in the key besides those that the rule has in it by name: pairs by name, none where there is no such field. */
export function otherKeyedFields(
  headers: FieldSection,
  policy: Policy,
): readonly (readonly [name: string, value: string | null])[] | undefined {
  const { keyed } = sorted(headers, policy);
  return keyed.length === 0 ? undefined : keyed.map((name) => [name, headers.get(name)] as const);
}

/** The fields that the origin gets to see; the same object where it sees them all. */
export function withoutUnseen(headers: FieldSection, policy: Policy): FieldSection {
  const { unseen, keyed } = sorted(headers, policy);
  if (unseen.length === 0) return headers;
  const seen = new Fields(headers);
  for (const name of unseen) seen.delete(name);
  latest = { headers: seen, policy, unseen: NONE, keyed };
  return seen;
}

/** The names of a request's fields that are not merely passed on. */
interface Sorted {
  readonly headers: FieldSection;
  readonly policy: Policy;
  readonly unseen: readonly string[];
  readonly keyed: readonly string[];
}

const NONE: readonly string[] = [];

// The fields of a request are sorted for the origin, and then for the key: to go through them once is enough.
let latest: Sorted | null = null;

function sorted(headers: FieldSection, policy: Policy): Sorted {
  if (latest?.headers === headers && latest.policy === policy) return latest;
  const fates = fatesUnder(policy);
  let unseen = NONE;
  let keyed = NONE;
  for (const name of headers.keys()) {
    const fate = fates.of(name);
    if (fate === "drop") unseen = [...unseen, name];
    else if (fate === "key") keyed = [...keyed, name];
  }
  latest = { headers, policy, unseen, keyed };
  return latest;
}

/** Whether HTTP has a word for what a field does to an answer, whatever the rules say of it. */
export function isOfHttp(name: string): boolean {
  return FATES.get(name) === "forward" || name.startsWith("sec-ch-");
}

/** Whether a field says something of one request or of the way it took, and nothing of what is asked for. */
export function isOfOneRequest(name: string): boolean {
  const fate = FATES.get(name);
  return fate === undefined ? PREFIXES_OF_ONE_REQUEST.test(name) : fate === "drop";
}

/** So many names are remembered for a policy: clients can think of any number. */
const MOST_NAMES = 500;

/** What becomes of each field under one policy, remembered by name. */
class Fates {
  readonly #byName: Map<string, Fate>;
  readonly #fate: Policy["otherFields"]["fate"];

  constructor(policy: Policy) {
    this.#byName = chosenBy(policy);
    this.#fate = policy.otherFields.fate;
  }

  of(name: string): Fate {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    // To CGI and its heirs `X_Forwarded_Host` is `X-Forwarded-Host` (RFC 3875 §4.1.18).
    const hyphened = name.replaceAll("_", "-");
    const fate = commonFate(hyphened) ?? this.#unknown(hyphened);
    if (this.#byName.size < MOST_NAMES) this.#byName.set(name, fate);
    return fate;
  }

  #unknown(name: string): Fate {
    if (this.#fate !== "vary") return this.#fate;
    return name.startsWith("x-") ? "key" : "forward";
  }
}

function commonFate(name: string): Fate | null {
  if (isOfHttp(name)) return "forward";
  if (isOfOneRequest(name)) return "drop";
  return FATES.get(name) ?? null;
}

// A policy is prebuilt and serves many requests.
const fatesOf = new WeakMap<Policy, Fates>();

function fatesUnder(policy: Policy): Fates {
  const known = fatesOf.get(policy);
  if (known !== undefined) return known;
  const fates = new Fates(policy);
  fatesOf.set(policy, fates);
  return fates;
}

/** What the rule says of fields by name: the last word counts. What it tests tells its answers from those of others. */
function chosenBy({ otherFields: { tested, forward }, key }: Policy): Map<string, Fate> {
  return new Map<string, Fate>([
    ...tested.filter((name) => !isOfHttp(name)).map((name) => [name, "key"] as const),
    ...forward.map((name) => [name, "forward"] as const),
    // These are in the key already.
    ...key.headers.map(({ name }) => [name, "forward"] as const),
    ...(key.device ? [[DEVICE_FIELD, "forward"] as const] : []),
    ...(key.country ? [[COUNTRY_FIELD, "forward"] as const] : []),
  ]);
}
