import type { DescribedPlan } from "../cache/plan.ts";
import type { Policy } from "../cache/policy.ts";
import type { RequestHead } from "../cache/types.ts";
import type { Config } from "../config.ts";
import type { Occasion, PurgeClient } from "../purge/purge-client.ts";
import type { Matcher } from "../rules/match/match.ts";
import type { RuleSet } from "../rules/rule.ts";
import type { MemoryStore } from "../store/memory.ts";
import type { CacheStore } from "../store/store.ts";
import type { ControlToken, Role } from "./tokens.ts";

/** What the control API works with. */
export interface Controlled {
  readonly rules: RuleSet;
  readonly matcher: Matcher;
  readonly config: Config;
  readonly purges: PurgeClient;
  readonly store: CacheStore;
  readonly tiers: { readonly memory: MemoryStore; readonly lasting: CacheStore };
  /** The first decision, with what only hashing can tell. */
  readonly plan: (head: RequestHead, policy: Policy) => Promise<DescribedPlan>;
  /** The later of what this isolate remembers of writes to a URI and what the store knows, or null. */
  readonly invalidatedAt: (uri: string, stored: number | null) => number | null;
  /** What this isolate has counted, as stats.ts describes it. */
  readonly statistics: (now: number) => object;
  /** Answers a request as if a client had sent it, and tells how it came about. */
  readonly answer: (
    request: Request,
    url: URL,
    ctx: { readonly waitUntil: (work: Promise<unknown>) => void },
    tell: (told: Told) => void,
  ) => Promise<Response>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** How a request was answered; the names are those of the log. */
export interface Told {
  readonly outcome: string;
  readonly reason: string;
  readonly storage: string | null;
  readonly rule: string | null;
}

/** One request of somebody who may make it. */
export interface Call {
  readonly request: Request;
  readonly url: URL;
  readonly by: ControlToken;
  readonly occasion: Occasion;
}

/** A route below the prefix: control.ts serves it, openapi.ts describes it. */
export interface Route {
  readonly method: "GET" | "POST";
  /** Begins with "/", without the prefix. */
  readonly path: string;
  readonly role: Role;
  readonly summary: string;
  /** JSON Schemas by where they hold. */
  readonly query?: Readonly<Record<string, object>>;
  readonly body?: object;
  readonly answers: Readonly<Record<number, object>>;
  /** What the answers are written in. Default: JSON. */
  readonly mediaType?: "application/json" | "application/x-ndjson";
  /** What is answered in case of failure, besides what any route may answer (openapi.ts). */
  readonly problems?: Readonly<Record<number, string>>;
  readonly handle: (call: Call) => Response | Promise<Response>;
}
