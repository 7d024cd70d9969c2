import type { RequestPlan } from "../cache/plan.ts";
import type { Policy } from "../cache/policy.ts";
import { changedHead } from "../cache/request/request.ts";
import type { RequestHead, StoredResponse } from "../cache/types.ts";
import { varyMatches } from "../cache/variants.ts";
import { type FieldSection, Fields } from "../http/field-section.ts";
import type { Occasion } from "../purge/purge-client.ts";
import { discard } from "../store/discard.ts";
import { latest } from "../store/select.ts";
import type { Found, StoredRecord, VariantIndex } from "../store/store.ts";
import { storeKey } from "../store/store-key.ts";
import type { Controlled } from "./call.ts";
import { shownValue } from "./described.ts";
import { type Case, describeJudgement, describePlan, JUDGEMENT, planned } from "./judged.ts";
import { DECISION, describeKey, describeStored, isoOrNull, STORED } from "./stored.ts";

/**
 * What is stored for an address, in memory and in the data centre: each variant with its facts, its freshness and
 * what would be done with a request that selects it. Nothing is fetched, changed, or made more recently used.
 */
export async function inspect(
  described: RequestHead,
  controlled: Controlled,
  occasion: Occasion,
): Promise<object> {
  const { policy, plan } = await planned(described, controlled);
  return {
    rule: policy.rule,
    plan: describePlan(plan),
    ...(plan.kind === "lookup" && (await inspectKey(plan, { policy, controlled, occasion }))),
  };
}

interface Context {
  readonly policy: Policy;
  readonly controlled: Controlled;
  readonly occasion: Occasion;
}

type Lookup = Extract<RequestPlan, { kind: "lookup" }>;

/** One record as each tier has it. */
interface Tiers {
  readonly memory: StoredRecord | null;
  readonly dataCentre: StoredRecord | null;
}

async function inspectKey({ key: { uri, key }, head }: Lookup, context: Context): Promise<object> {
  const { controlled, occasion } = context;
  await controlled.purges.ready(occasion);
  const primary = await tiersAt(await storeKey(key), context);
  const ofUri = uri === key ? primary : await tiersAt(await storeKey(uri), context);
  const known = latest(writtenAt(primary), writtenAt(ofUri));
  const invalidatedAt = controlled.invalidatedAt(uri, known);
  const given = { ...context, head, invalidatedAt, hasOthers: false };
  const index = indexOf(primary);
  const places = [
    ...new Set([primary.memory, primary.dataCentre].flatMap((each) => each?.index?.variants ?? [])),
  ];
  const variants = await Promise.all(places.map((place) => tiersAt(place, context)));
  return {
    key: describeKey({ uri, key }),
    invalidatedAt: isoOrNull(invalidatedAt),
    nominations: index?.nominations ?? [],
    stored: [primary, ...variants].flatMap((tiers) => describeTiers(tiers, given)),
  };
}

async function tiersAt(place: string, { controlled, occasion }: Context): Promise<Tiers> {
  const { memory, lasting } = controlled.tiers;
  const found: Found | null = await lasting.lookup(place, occasion.now);
  discard(found?.body);
  return { memory: memory.peek(place, occasion.now), dataCentre: found };
}

// What lasts is what all isolates go by.
function indexOf({ memory, dataCentre }: Tiers): VariantIndex | null {
  return dataCentre?.index ?? memory?.index ?? null;
}

function writtenAt({ memory, dataCentre }: Tiers): number | null {
  return latest(memory?.index?.invalidatedAt ?? null, dataCentre?.index?.invalidatedAt ?? null);
}

/** One variant; nothing where neither tier has a response. */
function describeTiers({ memory, dataCentre }: Tiers, given: Case): readonly object[] {
  const response = dataCentre?.response ?? memory?.response;
  if (!response) return [];
  return [
    {
      fields: Object.fromEntries(response.nominated.map(([name, value]) => [name, shownValue(name, value)])),
      selected: varyMatches(response.nominated, given.head.headers),
      headers: shownFields(response.headers),
      memory: describeCopy(memory?.response ?? null, given),
      dataCentre: describeCopy(dataCentre?.response ?? null, given),
    },
  ];
}

function describeCopy(response: StoredResponse | null, given: Case): object | null {
  if (response === null) return null;
  return {
    ...describeStored(response, given.policy, given.occasion.now),
    ...describeJudgement(response, { ...given, head: asSelecting(response, given.head) }),
  };
}

/** The request, as one that selects this variant would be. */
function asSelecting({ nominated }: StoredResponse, head: RequestHead): RequestHead {
  const headers = new Fields(head.headers);
  for (const [name, value] of nominated) {
    if (value === null) headers.delete(name);
    else headers.set(name, value);
  }
  return changedHead(head, { headers });
}

/** What decides over a copy. Other fields may be for one user alone. */
const SHOWN = new Set([
  ...["age", "cache-control", "cdn-cache-control", "cloudflare-cdn-cache-control", "content-encoding"],
  ...[
    "content-language",
    "content-length",
    "content-type",
    "date",
    "etag",
    "expires",
    "last-modified",
    "vary",
  ],
]);

function shownFields(headers: FieldSection): object {
  return Object.fromEntries([...headers].filter(([name]) => SHOWN.has(name)));
}

const COPY = {
  ...STORED,
  type: ["object", "null"],
  properties: { ...STORED.properties, ...JUDGEMENT },
};

/** JSON Schema of the answer. */
export const INSPECTED = {
  type: "object",
  required: ["rule", "plan"],
  properties: {
    rule: { type: ["string", "null"] },
    plan: DECISION,
    key: { type: "object", required: ["uri", "key"] },
    invalidatedAt: {
      type: ["string", "null"],
      description: "What was requested at or before this instant is invalid after a write.",
    },
    nominations: { type: "array", description: "The field sets that Vary has named, the latest first." },
    stored: {
      type: "array",
      items: {
        type: "object",
        required: ["fields", "selected", "headers", "memory", "dataCentre"],
        properties: {
          fields: { type: "object", description: "The values of the fields that Vary names." },
          selected: { type: "boolean", description: "Whether it is what the described request selects." },
          headers: { type: "object", description: "Those of its fields that caching is about." },
          memory: { ...COPY, description: "In the isolate that was asked." },
          dataCentre: { ...COPY, description: "In the Cache API of its data centre." },
        },
      },
    },
  },
};
