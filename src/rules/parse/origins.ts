import type { OriginSettings } from "../../cache/policy.ts";
import { DEFAULT_SETTINGS } from "../policy/plain.ts";
import { either, object, record } from "../shape/compound.ts";
import { byDefault, mapped, pattern, type Shape, text, whole } from "../shape/shape.ts";
import { at, refuse, type Spot } from "../shape/spot.ts";
import { binding, durationFrom } from "../shape/texts.ts";
import { failures } from "./origin.ts";
import { originAuth } from "./origin-auth.ts";

type Unnamed = Omit<OriginSettings, "name">;
type Breaker = NonNullable<OriginSettings["breaker"]>;

const url: Shape<string> = text({
  allowed:
    'an address that begins with "https://" or "http://", without user name, query and fragment, such as "https://api.example.com/v1"',
  parse: (written) => {
    const parsed = URL.parse(written);
    return parsed !== null && isPlain(parsed, written) ? parsed.href : null;
  },
  suggest: (written) => (/^[a-z0-9.-]+\.[a-z]+(?:[/:]|$)/i.test(written) ? `https://${written}` : null),
  pattern: /^https?:\/\/[^?#@]+$/i,
});

// An empty query or user name is lost in parsing.
function isPlain({ protocol }: URL, written: string): boolean {
  return /^https?:$/.test(protocol) && !/[?#@\s]/.test(written);
}

const timeout = durationFrom(1, 86_400);

const retries: Shape<OriginSettings["retries"]> = object(
  "RetriesInput",
  {
    attempts: whole(1, 5),
    backoffMs: byDefault(100, whole(0, 10_000, "whole milliseconds")),
    on: byDefault(DEFAULT_SETTINGS.retries.statuses, failures),
  },
  ({ attempts, backoffMs, on }) =>
    attempts === undefined
      ? undefined
      : Object.freeze({
          attempts,
          backoffMs: backoffMs ?? DEFAULT_SETTINGS.retries.backoffMs,
          statuses: on ?? DEFAULT_SETTINGS.retries.statuses,
        }),
  { required: ["attempts"] },
);

const breaker: Shape<Breaker> = object(
  "CircuitBreakerInput",
  {
    failures: byDefault(5, whole(1, 1000)),
    cooldown: byDefault("30s", timeout),
    probe: pattern(/^\/(?!\/)[^\s#\\]*$/, 'a path that begins with one "/", such as "/health"'),
  },
  (values) =>
    Object.freeze({
      failures: values.failures ?? 5,
      cooldownSeconds: values.cooldown ?? 30,
      probe: values.probe ?? null,
    }),
);

const settings: Shape<Unnamed> = object(
  "NamedOriginInput",
  {
    url,
    service: binding,
    auth: originAuth,
    firstByteTimeout: timeout,
    betweenBytesTimeout: timeout,
    totalTimeout: timeout,
    retries,
    maxConcurrent: whole(1, 100_000),
    circuitBreaker: breaker,
  },
  (values, spot) => {
    refuseCertificateWithoutTls(values, spot);
    return Object.freeze<Unnamed>({
      url: values.url ?? null,
      service: values.service ?? null,
      auth: values.auth ?? null,
      firstByteSeconds: values.firstByteTimeout ?? null,
      betweenBytesSeconds: values.betweenBytesTimeout ?? null,
      totalSeconds: values.totalTimeout ?? null,
      retries: values.retries ?? DEFAULT_SETTINGS.retries,
      maxConcurrent: values.maxConcurrent ?? null,
      breaker: values.circuitBreaker ?? null,
    });
  },
  { least: 1, atMostOne: ["url", "service"] },
);

type Reached = { readonly [Key in "url" | "service" | "auth"]?: Unnamed[Key] | undefined };

function refuseCertificateWithoutTls({ url: address, service, auth }: Reached, spot: Spot): void {
  const isPlain = Boolean(service) || address?.startsWith("http:");
  if (isPlain && auth?.certificate)
    refuse(at(spot, "auth") ?? spot, "no certificate where the origin is not reached over https");
}

const originName: Shape<string> = pattern(
  /^[a-z][a-z0-9-]*$/,
  'the name of an origin in lower case, such as "api" or "api-2"',
  (written) => written.toLowerCase().replaceAll(/[_ .]/g, "-"),
);

/** The named origins; there is always one named "default". */
export const origins: Shape<ReadonlyMap<string, OriginSettings>> = mapped(
  record(
    originName,
    either(
      mapped(url, (address): Unnamed => ({ ...DEFAULT_SETTINGS, url: address })),
      settings,
    ),
    "an object of origins by name",
  ),
  (entries, spot) => {
    const named = entries.map(([key, rest]) => [key, Object.freeze({ ...rest, name: key })] as const);
    const all = new Map<string, OriginSettings>([["default", DEFAULT_SETTINGS], ...named]);
    for (const key of all.keys()) refuseUnreachable(key, spot);
    return all;
  },
);

// Looks at what is written, since an address that was refused is not missing.
function refuseUnreachable(name: string, spot: Spot): void {
  const written = at(spot, name);
  if (written === undefined) return;
  const hasUrl = typeof written.value === "string" || at(written, "url") !== undefined;
  if (name === "default" && hasUrl) refuse(written, "no url for default, which is the ORIGIN variable");
  if (name !== "default" && !hasUrl && at(written, "service") === undefined)
    refuse(written, "an origin with url or service");
}
