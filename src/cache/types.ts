/**
 * The words of the engine. Instants are milliseconds since the epoch and end in `At`; durations say their
 * unit in their name. Nothing here knows of the platform beyond `URL` and `Headers`.
 */

/** What a client asked: method, target URI as the client sees it, header fields. Never a body. */
export interface RequestHead {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
}

/** What the origin answered, without its body. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: Headers;
}

/** A request field that `Vary` nominated, with the normalised value it had, or null where it was absent. */
export type NominatedField = readonly [name: string, value: string | null];

/** The bytes a stored 206 holds: `first` and `last` are inclusive offsets, `length` the complete length. */
export interface StoredRange {
  readonly first: number;
  readonly last: number;
  readonly length: number;
}

/**
 * The facts of a response, as they were when it arrived. Verdicts (fresh, stale, purged) are derived from
 * them when it is read, under today's rules, and never stored.
 */
export interface StoredResponse {
  /** The status the origin sent: 200, 404, or 206 where only `range` is stored. */
  readonly status: number;
  /** The header fields as received, less those that §3.1 forbids to store. Never mutated. */
  readonly headers: Headers;
  /** When the request that led to this response (or last validated it) was sent to the origin. */
  readonly requestedAt: number;
  /** When the header section of that response had arrived. */
  readonly respondedAt: number;
  /** The request fields that its `Vary` nominates; empty without `Vary`. */
  readonly nominated: readonly NominatedField[];
  /** Bytes of the stored body. */
  readonly bodyLength: number | null;
  /** Which bytes of the representation the body is, or null where it is whole. */
  readonly range: StoredRange | null;
  /** The tags of the rule that stored it and of the response's own `Cache-Tag`. */
  readonly tags: readonly string[];
  /** True once a HEAD response contradicted it (§4.3.5): it may only be used after validation. */
  readonly suspect: boolean;
}

/** Which query parameters are part of the key. */
export type QueryKey =
  | { readonly kind: "all" }
  | { readonly kind: "none" }
  | { readonly kind: "include"; readonly names: ReadonlySet<string> }
  | { readonly kind: "exclude"; readonly names: ReadonlySet<string> };

/** What the rules chose for one request, with every default filled in. */
export interface Policy {
  /** The name of the rule that matched, or null where none did. */
  readonly rule: string | null;
  readonly action: "cache" | "pass";
  /** Freshness lifetime at the edge in seconds, or null to take the origin's. */
  readonly edgeTtlSeconds: number | null;
  /** `max-age` sent to clients, or null to send what the origin sent. */
  readonly browserTtlSeconds: number | null;
  /** Stale windows in seconds, or null to take the origin's directive. */
  readonly staleWhileRevalidateSeconds: number | null;
  readonly staleIfErrorSeconds: number | null;
  readonly query: QueryKey;
  readonly tags: readonly string[];
  /** Whether `Cache-Control` and `Pragma` of a request are obeyed (§5.2.1). */
  readonly clientDirectives: "honor" | "ignore";
  /** Whether a lifetime may be guessed where the origin gives none (§4.2.2). */
  readonly heuristicFreshness: boolean;
  /** What becomes of a response with `Set-Cookie`: not stored, or stored without that field. */
  readonly setCookie: "bypass" | "strip";
}
