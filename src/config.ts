import { ConfigError } from "./errors.ts";
import { parseDuration } from "./rules/duration.ts";

/** The variables of wrangler.toml, as the platform hands them over: not yet trusted. */
export interface Env {
  readonly ORIGIN?: string;
  readonly ORIGIN_TIMEOUT?: string;
  readonly LOG?: string;
  /** A secret. Without it there is no control API. */
  readonly CONTROL_TOKEN?: string;
}

export type LogFormat = "json" | "pretty" | "off";

export interface Config {
  /** Scheme, host and port of the origin API. */
  readonly origin: URL;
  /** The path that the origin's paths begin with, without a slash at its end; mostly empty. */
  readonly originPath: string;
  /** How long the origin may take to send its header section. Default 20. */
  readonly originTimeoutSeconds: number;
  /** Default "json". */
  readonly log: LogFormat;
  /** The bearer token of the control API, or null where there is none. */
  readonly controlToken: string | null;
}

/** Parses the variables. Throws ConfigError, naming the variable, what was found and what is allowed. */
export function parseConfig(env: Env): Config {
  const origin = parseOrigin(env.ORIGIN);
  return {
    origin,
    originPath: origin.pathname.replace(/\/+$/, ""),
    originTimeoutSeconds: parseTimeout(env.ORIGIN_TIMEOUT ?? "20s"),
    log: parseLog(env.LOG ?? "json"),
    controlToken: parseToken(env.CONTROL_TOKEN),
  };
}

function parseOrigin(value: string | undefined): URL {
  const url = URL.parse(value ?? "");
  const usable = url && /^https?:$/.test(url.protocol) && !url.username && !url.search && !url.hash;
  if (!usable)
    throw new ConfigError("ORIGIN", value, "the address of your API, such as https://api.example.com");
  return url;
}

function parseTimeout(value: string): number {
  const seconds = parseDuration(value);
  if (!seconds)
    throw new ConfigError("ORIGIN_TIMEOUT", value, 'a duration above zero, such as "20s" or "1m"');
  return seconds;
}

function parseLog(value: string): LogFormat {
  if (value === "json" || value === "pretty" || value === "off") return value;
  throw new ConfigError("LOG", value, '"json", "pretty" or "off"');
}

const SHORTEST_TOKEN = 16;

// The value is a secret: the message does not repeat it.
function parseToken(value: string | undefined): string | null {
  if (value === undefined || value === "") return null;
  if (value.length >= SHORTEST_TOKEN) return value;
  throw new ConfigError(
    "CONTROL_TOKEN",
    `${value.length} characters`,
    `at least ${SHORTEST_TOKEN} characters`,
  );
}
