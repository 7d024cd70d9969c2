import { type ControlToken, doubled, readTokens, SHORTEST_TOKEN } from "./control/tokens.ts";
import { ConfigError } from "./errors.ts";
import { parseDuration } from "./rules/shape/duration.ts";

/** The variables of wrangler.toml, as the platform hands them over: not yet trusted. */
export interface Env {
  readonly ORIGIN?: string;
  readonly ORIGIN_TIMEOUT?: string;
  readonly LOG?: string;
  readonly PURGE_BOUND?: string;
  readonly MEMORY_MB?: string;
  /** A secret: the token of one administrator of the control API. */
  readonly CONTROL_TOKEN?: string;
  /** A secret: more tokens, each with a name and a role. Without any token there is no control API. */
  readonly CONTROL_TOKENS?: string;
  readonly CONTROL_PREFIX?: string;
  /** With CLOUDFLARE_PURGE_TOKEN, a secret: purges go to Cloudflare's own cache in this zone as well. */
  readonly CLOUDFLARE_ZONE_ID?: string;
  readonly CLOUDFLARE_PURGE_TOKEN?: string;
  readonly CLOUDFLARE_API?: string;
  /** A secret. Rules that tell users apart need it: identities are hashed with it. */
  readonly SELVEDGE_SECRET?: string;
  /** What the rules name: further variables and secrets, service bindings, rate limits. */
  readonly [name: string]: unknown;
}

/** How requests are logged. */
export type LogFormat = "json" | "pretty" | "off";

/** Where Cloudflare's own cache is purged, and as whom. */
export interface CloudflareZone {
  readonly id: string;
  readonly token: string;
  /** Where Cloudflare's API is, without a slash at its end. */
  readonly api: string;
}

/** The variables, parsed, with every default filled in. */
export interface Config {
  /** Scheme, host and port of the origin API. */
  readonly origin: URL;
  /** The path that the origin's paths begin with, without a slash at its end; mostly empty. */
  readonly originPath: string;
  /** How long the origin may take to send its header section. Default 20. */
  readonly originTimeoutSeconds: number;
  /** Default "json". */
  readonly log: LogFormat;
  /** Within which time a purge is in force everywhere. Default 5. */
  readonly purgeBoundSeconds: number;
  /** What an isolate may keep in its memory, in bytes; zero: nothing. Default 32 MiB. */
  readonly memoryBytes: number;
  /** Whom the control API listens to; where there is nobody, it does not exist. A mistake closes it, and nothing else. */
  readonly controlTokens: readonly ControlToken[] | ConfigError;
  /** What its paths begin with. Default "/__selvedge". Lower case, without a slash at its end. */
  readonly controlPrefix: string;
  /** Cloudflare's own cache in front of the Worker, where purges go as well, or null. */
  readonly cloudflare: CloudflareZone | ConfigError | null;
  /** What identities are hashed and cookies of our own are signed with, or null. A mistake ends that, and nothing else. */
  readonly secret: string | ConfigError | null;
  /** Every variable and secret that is a text, by name, for the templates of the rules. */
  readonly variables: Readonly<Record<string, string>>;
  /** All else that is bound: services, rate limits. */
  readonly bindings: Readonly<Record<string, unknown>>;
}

/**
 * Parses the variables. Throws ConfigError, naming the variable, what was found and what is allowed; what few
 * requests need is such an error in its place.
 */
export function parseConfig(env: Env): Config {
  const origin = parseOrigin(env.ORIGIN);
  return {
    origin,
    originPath: origin.pathname.replace(/\/+$/, ""),
    originTimeoutSeconds: parseSeconds("ORIGIN_TIMEOUT", env.ORIGIN_TIMEOUT ?? "20s"),
    log: parseLog(env.LOG ?? "json"),
    purgeBoundSeconds: parseSeconds("PURGE_BOUND", env.PURGE_BOUND ?? "5s"),
    memoryBytes: parseMebibytes("MEMORY_MB", env.MEMORY_MB ?? "32"),
    controlTokens: orRefusal(() => controlTokensOf(env)),
    controlPrefix: parsePrefix(env.CONTROL_PREFIX ?? "/__selvedge"),
    cloudflare: orRefusal(() => parseZone(env)),
    secret: orRefusal(() => parseSecret("SELVEDGE_SECRET", env.SELVEDGE_SECRET, SHORTEST_SECRET)),
    variables: Object.fromEntries(Object.entries(env).filter(isText)),
    bindings: env,
  };
}

// Secrets are in force as soon as they are put: a mistake in what few requests need must not end all traffic.
function orRefusal<Value>(parse: () => Value): Value | ConfigError {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

function parseOrigin(value: string | undefined): URL {
  const url = URL.parse(value ?? "");
  const usable = url && /^https?:$/.test(url.protocol) && !url.username && !url.search && !url.hash;
  if (!usable)
    throw new ConfigError("ORIGIN", value, "the address of your API, such as https://api.example.com");
  return url;
}

function parseSeconds(name: string, value: string): number {
  const seconds = parseDuration(value);
  if (!seconds) throw new ConfigError(name, value, 'a duration above zero, such as "20s" or "1m"');
  return seconds;
}

// An isolate has 128 MB in all.
const MOST_MEBIBYTES = 64;

function parseMebibytes(name: string, value: string): number {
  if (/^\d{1,2}$/.test(value) && Number(value) <= MOST_MEBIBYTES) return Number(value) * 1024 * 1024;
  throw new ConfigError(name, value, `a whole number of megabytes from 0 to ${MOST_MEBIBYTES}`);
}

function parseLog(value: string): LogFormat {
  if (value === "json" || value === "pretty" || value === "off") return value;
  throw new ConfigError("LOG", value, '"json", "pretty" or "off"');
}

function controlTokensOf(env: Env): readonly ControlToken[] {
  const single = parseToken(env.CONTROL_TOKEN?.trim());
  const more = readTokens(env.CONTROL_TOKENS ?? "");
  if (more.kind === "malformed") throw new ConfigError("CONTROL_TOKENS", more.found, more.allowed);
  if (single === null) return more.tokens;
  const all = [{ name: "CONTROL_TOKEN", role: "admin", token: single } as const, ...more.tokens];
  const twice = doubled(all);
  if (twice !== null) throw new ConfigError("CONTROL_TOKENS", twice.found, twice.allowed);
  return all;
}

// RFC 6750 §2.1: what no Authorization field can hold would keep everybody out.
function parseToken(value: string | undefined): string | null {
  const token = parseSecret("CONTROL_TOKEN", value, SHORTEST_TOKEN);
  if (token === null || /^[!-~]+$/.test(token)) return token;
  throw new ConfigError(
    "CONTROL_TOKEN",
    `${token.length} characters, some that no header field takes`,
    "printable ASCII characters without blanks",
  );
}

function parsePrefix(value: string): string {
  if (/^(?:\/[a-z0-9_~-]+){1,2}$/.test(value)) return value;
  throw new ConfigError(
    "CONTROL_PREFIX",
    value,
    'one or two segments of lower-case letters, digits, "_", "~" and "-", such as "/__selvedge"',
  );
}

const CLOUDFLARE_API = "https://api.cloudflare.com/client/v4";

function parseZone(env: Env): CloudflareZone | null {
  const id = env.CLOUDFLARE_ZONE_ID ?? "";
  const token = env.CLOUDFLARE_PURGE_TOKEN ?? "";
  if (id === "" && token === "") return null;
  if (!/^[0-9a-f]{32}$/.test(id))
    throw new ConfigError("CLOUDFLARE_ZONE_ID", id, "the id of a zone: 32 characters from 0 to 9 and a to f");
  if (!/^[!-~]+$/.test(token)) {
    throw new ConfigError(
      "CLOUDFLARE_PURGE_TOKEN",
      `${token.length} characters`,
      "an API token with the permission Zone > Cache Purge, as a secret",
    );
  }
  const api = URL.parse(env.CLOUDFLARE_API ?? CLOUDFLARE_API);
  if (api === null || !/^https?:$/.test(api.protocol) || api.search !== "" || api.hash !== "")
    throw new ConfigError("CLOUDFLARE_API", env.CLOUDFLARE_API, `an address, such as ${CLOUDFLARE_API}`);
  return { id, token, api: api.href.replace(/\/+$/, "") };
}

const SHORTEST_SECRET = 32;

// The value is a secret: the message does not repeat it.
function parseSecret(name: string, value: string | undefined, shortest: number): string | null {
  if (value === undefined || value === "") return null;
  if (value.length >= shortest) return value;
  throw new ConfigError(name, `${value.length} characters`, `at least ${shortest} characters`);
}

function isText(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === "string";
}
