const COUNTS = { type: "object", additionalProperties: { type: "integer" } };
const RATIO = {
  type: ["number", "null"],
  description: "Answered from a store, stale included, of all that was looked up; null before anything was.",
};

/** What an isolate knows of purges, as JSON Schema. */
export const PURGE_STATE = {
  type: "object",
  required: ["mode", "known", "sequence", "ageMs", "aheadMs", "facts", "failures", "lastError"],
  properties: {
    mode: { enum: ["log", "data-centre"] },
    known: {
      type: "boolean",
      description: "False: what was stored before this isolate began counts as stale.",
    },
    sequence: { type: "integer" },
    ageMs: { type: ["integer", "null"], description: "How old this isolate's knowledge is." },
    aheadMs: { type: "integer", description: "How far the latest purge is ahead of this isolate's clock." },
    facts: { type: "integer" },
    failures: { type: "integer", description: "Attempts to ask the log that failed in a row." },
    lastError: { type: ["string", "null"] },
  },
};

const RULE_COUNTS = {
  type: "object",
  required: ["name", "requests", "outcomes", "hitRatio"],
  properties: {
    name: { type: ["string", "null"], description: "Null: what no rule matched." },
    requests: { type: "integer" },
    outcomes: COUNTS,
    hitRatio: RATIO,
  },
};

const ORIGIN_COUNTS = {
  type: "object",
  required: ["name", "requests", "failures", "errors", "withheld", "breaker"],
  properties: {
    name: { type: "string" },
    requests: { type: "integer", description: "Sent: each attempt, refreshes behind an answer included." },
    failures: { ...COUNTS, description: "No answer, or none in time." },
    errors: { type: "integer", description: "Answers with a status of 500 and above." },
    withheld: { ...COUNTS, description: "Not sent, because the origin is known to be ill or busy." },
    breaker: {
      type: ["object", "null"],
      required: ["state"],
      properties: { state: { enum: ["open", "closed"] }, testedInSeconds: { type: "integer" } },
    },
  },
};

const MEMORY = {
  type: "object",
  required: ["entries", "bytes", "maxBytes", "evictions"],
  properties: {
    entries: { type: "integer" },
    bytes: { type: "integer" },
    maxBytes: { type: "integer" },
    evictions: { type: "integer", description: "Records that made room for others." },
  },
};

/** What `GET stats` answers, as JSON Schema. */
export const STATS = {
  type: "object",
  required: [
    ...["isolate", "requests", "hitRatio", "outcomes", "reasons", "storage", "rules", "origins"],
    ...["refreshFailures", "storeFailures", "memory", "flights", "refreshLeases", "purges"],
  ],
  properties: {
    isolate: {
      type: "object",
      description: "Which isolate was asked: the counts are its own, since it began.",
      required: ["id", "since"],
      properties: { id: { type: "string" }, since: { type: "string", format: "date-time" } },
    },
    requests: { type: "integer" },
    hitRatio: RATIO,
    outcomes: { ...COUNTS, description: "HIT, STALE, MISS, REVALIDATED, PASS, WRITE, OWN, ERROR." },
    reasons: { ...COUNTS, description: "Why, as in Cache-Status." },
    storage: { ...COUNTS, description: "What became of the origin's answers." },
    rules: { type: "array", items: RULE_COUNTS },
    origins: { type: "array", items: ORIGIN_COUNTS },
    refreshFailures: { type: "integer", description: "Refreshes behind an answer that did not succeed." },
    storeFailures: { ...COUNTS, description: "What the Cache API could not do, by operation." },
    memory: MEMORY,
    flights: { type: "integer", description: "Origin requests that others may wait for, under way now." },
    refreshLeases: {
      type: "integer",
      description: "Refreshes under way, and those that failures hold back.",
    },
    purges: PURGE_STATE,
  },
};
