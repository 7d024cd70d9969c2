import type {
  FieldChanges,
  KeyPolicy,
  OriginPolicy,
  OriginSettings,
  OtherFields,
  TtlPolicy,
} from "../../cache/policy.ts";

// What a policy says where neither rule nor defaults do: the origin decides, and nothing is changed.

/** The origin's lifetime. */
export const NO_TTL: TtlPolicy = Object.freeze({
  overrideSeconds: null,
  fallbackSeconds: null,
  minSeconds: null,
  maxSeconds: null,
  byStatus: Object.freeze([]),
  jitter: 0,
});

/** Scheme, host, path, and the query as it was sent. */
export const PLAIN_KEY: KeyPolicy = Object.freeze({
  query: Object.freeze({ keep: "all", sort: false, tracking: "keep" }),
  host: true,
  headers: Object.freeze([]),
  cookies: Object.freeze([]),
  device: false,
  country: false,
  languages: Object.freeze([]),
  mediaTypes: Object.freeze([]),
  encodings: Object.freeze([]),
  pathCase: "sensitive",
  trailingSlash: "keep",
  version: null,
  body: null,
});

/** Fields that no key names: the origin says which of them it reads. */
export const NO_OTHER_FIELDS: OtherFields = Object.freeze({
  fate: "vary",
  forward: Object.freeze([]),
  tested: Object.freeze([]),
});

/** Fields as they were sent. */
export const NO_CHANGES: FieldChanges = Object.freeze({
  remove: Object.freeze([]),
  set: Object.freeze([]),
  add: Object.freeze([]),
});

/** The origin of the ORIGIN variable, asked for what the client asks for. */
export const DEFAULT_ORIGIN: OriginPolicy = Object.freeze({
  names: Object.freeze(["default"]),
  weights: null,
  failoverStatuses: Object.freeze([500, 502, 503, 504]),
  rewrite: null,
  fields: NO_CHANGES,
});

/** How the origin of the ORIGIN variable is asked. */
export const DEFAULT_SETTINGS: OriginSettings = Object.freeze({
  name: "default",
  url: null,
  service: null,
  auth: null,
  firstByteSeconds: null,
  betweenBytesSeconds: null,
  totalSeconds: null,
  retries: Object.freeze({ attempts: 0, backoffMs: 100, statuses: Object.freeze([502, 503, 504]) }),
  maxConcurrent: null,
  breaker: null,
});
