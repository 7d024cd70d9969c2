import type { OriginSettings } from "../../cache/policy.ts";
import type { Config } from "../../config.ts";
import type { ChangeableFields } from "../../http/field-section.ts";
import type { Sent } from "./authenticate.ts";
import { Breaker } from "./breaker.ts";
import { Slots } from "./slots.ts";

/** An origin as one isolate knows it: where it is, and how it has been doing. */
export interface Upstream {
  readonly settings: OriginSettings;
  /** Scheme, host and port: no request leads to another. */
  readonly origin: string;
  /** What its paths begin with, without a slash at its end; mostly empty. */
  readonly path: string;
  readonly firstByteSeconds: number;
  readonly send: (to: string | Request, options: RequestInit) => Promise<Response>;
  readonly breaker: Breaker | null;
  readonly slots: Slots | null;
}

/** By the names that the rules know them by. */
export type Upstreams = ReadonlyMap<string, Upstream>;

/** Opens the origins of the rules file. That what they name is bound has been checked (bindings.ts). */
export function openUpstreams(origins: ReadonlyMap<string, OriginSettings>, config: Config): Upstreams {
  return new Map(Array.from(origins, ([name, settings]) => [name, openUpstream(settings, config)] as const));
}

function openUpstream(settings: OriginSettings, config: Config): Upstream {
  const url = settings.url === null ? config.origin : new URL(settings.url);
  return {
    settings,
    origin: url.origin,
    path: url.pathname.replace(/\/+$/, ""),
    firstByteSeconds: settings.firstByteSeconds ?? config.originTimeoutSeconds,
    send: senderOf(settings, config),
    breaker: settings.breaker && new Breaker(settings.breaker),
    slots: settings.maxConcurrent === null ? null : new Slots(settings.maxConcurrent),
  };
}

// An mTLS certificate is bound as a service is: its fetch presents it.
function senderOf({ service, auth }: OriginSettings, { bindings }: Config): Upstream["send"] {
  const name = service ?? auth?.certificate ?? null;
  const bound = name === null ? null : bindings[name];
  return isFetcher(bound) ? (to, options) => bound.fetch(to, options) : (...asking) => fetch(...asking);
}

/** Adds what an origin knows the cache by, where it asks for anything (authenticate.ts): few do. */
export async function addAuthentication(
  headers: ChangeableFields,
  sent: Sent,
  { settings }: Upstream,
  config: Config,
): Promise<void> {
  if (settings.auth === null) return;
  const { authenticate } = await import("./authenticate.ts");
  await authenticate(headers, sent, settings.auth, config);
}

/** Whether a binding is a service that takes requests. */
export function isFetcher(bound: unknown): bound is Pick<Fetcher, "fetch"> {
  return typeof bound === "object" && bound !== null && "fetch" in bound;
}
