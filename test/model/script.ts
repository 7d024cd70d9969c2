/** One run, as plain data: what clients ask, what the origin says to it, and how time goes by. */

/** The paths of the origin, by what their answers vary on. */
export const PATHS = ["/plain", "/lang", "/both", "/mixed"] as const;
export type Path = (typeof PATHS)[number];

/** What a client asks. */
export interface Asks {
  readonly method: "GET" | "HEAD" | "POST" | "DELETE";
  readonly path: Path;
  readonly lang: "en" | "de" | null;
  readonly accept: "text/plain" | "application/json" | null;
  readonly user: "alice" | "bob" | null;
  readonly cookie: "c1" | "c2" | null;
  /** Null in place of `last`: to the end. Null in place of `first`: that many last bytes. */
  readonly range: { readonly first: number | null; readonly last: number | null } | null;
  /** "seen": what the last answer for this path carried. */
  readonly ifNoneMatch: "seen" | "other" | "*" | null;
  readonly ifModifiedSince: "seen" | null;
  readonly cacheControl: Directives;
}

/** Names of directives with their arguments; null has none. */
export type Directives = Readonly<Record<string, number | string | null>>;

/** What the origin says, and does, to whoever asks it in this step. */
export interface Says {
  readonly status: 200 | 404 | 500 | 503;
  /** "unreachable" closes the connection, "cut" ends the body before its end. */
  readonly fault: "unreachable" | "cut" | null;
  readonly cacheControl: Directives;
  readonly cdnCacheControl: Directives;
  /** Seconds from now. */
  readonly expires: number | null;
  readonly validators: "none" | "strong" | "weak" | "date" | "both";
  readonly setCookie: boolean;
  readonly age: number | null;
  /** How far the origin's clock is ahead, in seconds; null: it sends no Date. */
  readonly clockAhead: number | null;
  /** Milliseconds from the request to the head of the answer. */
  readonly delayMs: number;
  readonly takesRanges: boolean;
  readonly varyStar: boolean;
  /** Answers conditions with a 304 that speaks of something else. */
  readonly wrong304: boolean;
  /** Where a write has made something. */
  readonly location: Path | null;
}

/** What the rule says; null: nothing. Seconds. */
export interface Rule {
  readonly override: number | null;
  readonly fallback: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly staleWhileRevalidate: Window | null;
  readonly staleIfError: Window | null;
  readonly clientDirectives: "honor" | "ignore";
  readonly heuristicFreshness: boolean;
  readonly setCookie: "bypass" | "strip";
  readonly requestCookies: "respect" | "ignore";
  readonly authorization: "respect" | "ignore";
  readonly scope: "shared" | "user";
}

export interface Window {
  readonly window: number;
  readonly override: boolean;
}

export type Step =
  | {
      readonly do: "ask";
      readonly asks: Asks;
      readonly says: Says /** There is a new version. */;
      readonly changed: boolean;
    }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "purge"; readonly path: Path | null; readonly soft: boolean };
