import { PURGE_SCOPES } from "../purge/purge.ts";

const STRINGS = { type: "array", items: { type: "string" } };

/** What `POST purge` takes. */
export const PURGE = {
  type: "object",
  additionalProperties: false,
  minProperties: 1,
  properties: {
    tags: STRINGS,
    urls: { ...STRINGS, description: "Whole addresses, or paths of this host, with their query." },
    paths: { ...STRINGS, description: "Paths with whatever query, of this host or with a host before them." },
    prefixes: { ...STRINGS, description: "How addresses begin, from the path on or from the host on." },
    rules: STRINGS,
    formerRules: { ...STRINGS, description: "Names of rules that are not deployed any more." },
    hosts: STRINGS,
    everything: { const: true },
    soft: { type: "boolean", default: false, description: "Stale from now on, rather than gone." },
  },
};

const FACT = {
  type: "object",
  required: ["scope", "value", "soft", "at", "sequence"],
  properties: {
    scope: { enum: PURGE_SCOPES },
    value: { type: "string", description: "In the spelling that stored responses have." },
    soft: { type: "boolean" },
    at: { type: "string", format: "date-time" },
    sequence: { type: "integer" },
  },
};

/** What `POST purge` answers. */
export const PURGED = {
  type: "object",
  required: ["reach", "withinSeconds", "purges"],
  properties: {
    reach: {
      enum: ["everywhere", "data-centre"],
      description: "Without a purge log, this data centre alone.",
    },
    withinSeconds: { type: "number" },
    purges: { type: "array", items: FACT },
    cloudflare: {
      type: "object",
      description: "What became of Cloudflare's own cache, where a zone is configured.",
      required: ["kind"],
      properties: {
        kind: { enum: ["ok", "skipped", "queued", "failed"] },
        detail: { type: "string" },
      },
    },
  },
};

/** What `GET purges` answers. */
export const HISTORY = {
  type: "object",
  required: ["purges", "next"],
  properties: {
    next: { type: ["integer", "null"], description: "What `before` is for the next page, if there is one." },
    purges: {
      type: "array",
      items: {
        ...FACT,
        required: [...FACT.required, "by"],
        properties: { ...FACT.properties, by: { type: "string" } },
      },
    },
  },
};
