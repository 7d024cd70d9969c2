import type { FieldSection } from "../http/field-section.ts";

/**
 * The words of the engine. Instants are milliseconds since the epoch and end in `At`; durations say their
 * unit in their name. Nothing here knows of the platform beyond `URL`. What the rules choose is in policy.ts.
 */

/** How long a stored response is kept at the most, fresh or stale; a purge is remembered for as long. */
export const RETENTION_DAYS = 30;

/** The origin in the URL of a request whose key holds no host; nothing can be asked there (RFC 6761 §6.4). */
export const ANY_HOST = "https://any-host.invalid";

/** A bot that Cloudflare has verified, and says no category of. */
export const VERIFIED_BOT = "verified";
/** What seems to be a bot, by its score or by what it calls itself. */
export const UNVERIFIED_BOT = "unverified";

/** What the platform knows of the client besides its request; null where it does not say. */
export interface ClientFacts {
  /** As text, IPv4 or IPv6. */
  readonly ip: string | null;
  /** ISO 3166-1 alpha-2, upper case; "T1" for Tor. */
  readonly country: string | null;
  /** AF, AN, AS, EU, NA, OC or SA. */
  readonly continent: string | null;
  readonly asn: number | null;
  /** What the client itself accepts (Accept-Encoding), where the platform has put its own word in the field. */
  readonly acceptEncoding: string | null;
  /** Such as "TLSv1.3". */
  readonly tlsVersion: string | null;
  /** Of a verified bot its category, such as "Search Engine Crawler"; or one of the two words above. */
  readonly bot: string | null;
}

/** What a client asked: method, target URI as the client sees it, header fields. Never a body. */
export interface RequestHead {
  readonly method: string;
  readonly url: URL;
  readonly headers: FieldSection;
  readonly client: ClientFacts;
  /** What the path pattern of the matching rule captured, percent-decoded; empty where nothing asks for it. */
  readonly params: Readonly<Record<string, string>>;
}

/** What the origin answered, without its body. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: FieldSection;
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
  /** The target URI that the key was made from, in its canonical spelling. */
  readonly uri: string;
  /** The name of the rule that stored it, or null. */
  readonly rule: string | null;
  /** The status the origin sent: 200, 404, or 206 where only `range` is stored. */
  readonly status: number;
  /** The header fields as received, less those that §3.1 forbids to store. Never mutated. */
  readonly headers: FieldSection;
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
  /** The tags of the rule that stored it and of the response's own tag fields. */
  readonly tags: readonly string[];
  /** True once a HEAD response contradicted it (§4.3.5): it may only be used after validation. */
  readonly suspect: boolean;
}
