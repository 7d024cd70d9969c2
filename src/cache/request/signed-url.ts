import type { Policy } from "../policy.ts";
import type { Reason } from "../reasons.ts";
import type { RequestHead } from "../types.ts";
import { canonicalSearch } from "./canonical-query.ts";

/** The parameters that a signature adds to a query. They end here: neither the key nor the origin sees them. */
const UNTIL = "signed-until";
const BELOW = "signed-below";
const SIGNATURE = "signature";

/** What a link says of itself. `url` is without its signature, and without what the rule drops from the query. */
export type SignedUrl = { readonly url: URL } & (
  | { readonly kind: "refused"; readonly reason: Extract<Reason, `signature-${string}`> }
  | {
      readonly kind: "claimed";
      /** What must have been signed for the link to be good. */
      readonly text: string;
      /** 64 lower-case hexadecimal digits, not yet verified. */
      readonly signature: string;
      /** Milliseconds since the epoch. */
      readonly expiresAt: number;
    }
);

/**
 * Takes a link apart. What is signed is what is asked: method, host, path and every parameter that the key or the
 * origin sees, byte for byte and in their order, so that nothing unsigned changes the answer.
 */
export function readSignedUrl(
  request: RequestHead,
  { key, signedUrl }: Pick<Policy, "key" | "signedUrl">,
): SignedUrl {
  const { own, search } = partsOf(request.url.search, key.query);
  const url = search === request.url.search ? request.url : withSearch(request.url, search);
  if (own.every(([name]) => name !== SIGNATURE)) return { kind: "refused", reason: "signature-missing", url };
  const claims = claimsOf(own);
  const resource = claims && resourceOf(url, claims.below);
  const address = signedUrl?.boundToAddress ? request.client.ip : "";
  if (claims === null || resource === null || address === null)
    return { kind: "refused", reason: "signature-invalid", url };
  const { until, signature } = claims;
  const text = ["selvedge-url-v1", methodOf(request), url.host, ...resource, until, address].join("\n");
  return { kind: "claimed", text, signature, expiresAt: Number(until) * 1000, url };
}

type Pairs = readonly (readonly [name: string, value: string])[];

/** The parameters of the signature, and the rest of the query as the rule leaves it, in the order it was sent in. */
function partsOf(
  sent: string,
  query: Policy["key"]["query"],
): { readonly own: Pairs; readonly search: string } {
  const pieces = sent.slice(1).split("&");
  const own = pieces.filter((piece) => isOwn(nameOf(piece)));
  const rest = pieces.filter((piece) => !isOwn(nameOf(piece))).join("&");
  return {
    own: own.map((piece) => [nameOf(piece), piece.slice(nameOf(piece).length + 1)]),
    search: canonicalSearch(rest === "" ? "" : `?${rest}`, { ...query, sort: false }),
  };
}

function nameOf(piece: string): string {
  return piece.split("=", 1)[0] ?? "";
}

function isOwn(name: string): boolean {
  return name === UNTIL || name === BELOW || name === SIGNATURE;
}

interface Claims {
  readonly until: string;
  readonly below: string | null;
  readonly signature: string;
}

// Ten digits last until the year 2286.
const SECONDS = /^[1-9]\d{0,9}$/;

/** Null where a parameter is missing, comes twice, or is not what it must be. */
function claimsOf(own: Pairs): Claims | null {
  const named = new Map(own);
  const until = named.get(UNTIL) ?? "";
  const signature = named.get(SIGNATURE) ?? "";
  const isWhole = named.size === own.length && SECONDS.test(until) && /^[0-9a-f]{64}$/.test(signature);
  return isWhole ? { until, signature, below: named.get(BELOW) ?? null } : null;
}

/** What the link is for: this URL alone, or all that is below a folder; null where it is not below it. */
function resourceOf({ pathname, search }: URL, below: string | null): readonly [string, string] | null {
  if (below === null) return ["url", pathname + search];
  const folder = decoded(below);
  if (folder === null || !/^\/(?:.*\/)?$/.test(folder) || !pathname.startsWith(folder)) return null;
  // Parameters of such a link would be nobody's word.
  if (search !== "" || mayLeave(pathname.slice(folder.length))) return null;
  return ["below", folder];
}

function decoded(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}

// What an origin may take for a step out of the folder once it has decoded it, or cut it off at ";".
function mayLeave(rest: string): boolean {
  return /%(?:00|25|2f|5c)|[;\\]|(?:^|\/)\.\.?(?:\/|$)/i.test(rest);
}

// RFC 9110 §9.3.2: HEAD asks for no more than GET does.
function methodOf({ method }: RequestHead): string {
  return method === "HEAD" ? "GET" : method;
}

function withSearch(url: URL, search: string): URL {
  return new URL(url.origin + url.pathname + search);
}
