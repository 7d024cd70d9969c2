import type { Policy } from "../cache/policy.ts";
import type { RequestHead } from "../cache/types.ts";
import type { Config } from "../config.ts";
import type { FieldSection } from "../http/field-section.ts";
import type { PurgeClient } from "../purge/purge-client.ts";
import type { Choice } from "../rules/match/match.ts";
import type { Address } from "../rules/match/read-policies.ts";
import type { MemoryStore } from "../store/memory.ts";
import type { CacheStore } from "../store/store.ts";
import type { Stats } from "./events/stats.ts";
import type { Late } from "./late.ts";
import type { Upstreams } from "./origin/upstreams.ts";
import type { Flights } from "./refresh/flights.ts";
import type { Leases } from "./refresh/leases.ts";
import type { Repeats } from "./repeats.ts";
import type { ReceivedHead } from "./request/request-head.ts";
import type { Invalidations } from "./write/invalidations.ts";

/** What the proxy of one isolate works with. */
export interface Shell {
  readonly config: Config;
  readonly choose: (request: RequestHead) => Choice;
  /** Under which a read of an address may be stored, whoever asks. */
  readonly policiesFor: (address: Address) => readonly Policy[];
  /** Whether the rules ask who is a bot. */
  readonly asksForBots: boolean;
  /** Both tiers as one. */
  readonly store: CacheStore;
  readonly tiers: { readonly memory: MemoryStore; readonly lasting: CacheStore };
  readonly stats: Stats;
  readonly flights: Flights;
  readonly leases: Leases;
  readonly invalidations: Invalidations;
  readonly repeats: Repeats;
  /** What an isolate does without while what is stored answers everything. */
  readonly beyondHits: Late<typeof import("./beyond-hits.ts")>;
  readonly upstreams: Upstreams;
  /** The rules that have been warned of: once each. */
  readonly warned: Set<string | null>;
  readonly purges: PurgeClient;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** From 0 up to, but not including, 1. */
  readonly chance: () => number;
}

/** One request on its way through the proxy. */
export interface Exchange {
  readonly request: Request;
  readonly head: RequestHead;
  /** What was received, of which `head` may be a changed one. */
  readonly received: Pick<ReceivedHead, "hasToldClient">;
  readonly policy: Policy;
  /** The body of the request where it had to be read, in place of `request.body`. */
  readonly content: ArrayBuffer | ReadableStream | null;
  /** Authorization and Cookie, where `head` has digests of them (credentials.ts); null where it has themselves. */
  readonly credentials: FieldSection | null;
  /** What is older than this, the client has overwritten itself; null where it has not written of late. */
  readonly writtenAt: number | null;
  /** Scheme and host as the client sees them. */
  readonly publicOrigin: string;
  readonly startedAt: number;
  /** Keeps work alive beyond the answer (at most 30 s in production). */
  readonly waitUntil: (work: Promise<unknown>) => void;
}

/** Whether the origin is told who asks, and the key is not: what it answers may be for this client only. */
export function hasUnkeyedCredentials({ head, policy }: Exchange): boolean {
  return policy.scope.kind === "shared" && (head.headers.has("authorization") || head.headers.has("cookie"));
}
