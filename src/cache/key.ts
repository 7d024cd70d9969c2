import { cookieValue } from "../http/cookie.ts";
import type { Policy } from "./policy.ts";
import { COUNTRY_FIELD, DEVICE_FIELD, otherKeyedFields } from "./request/request-fields.ts";
import type { RequestHead } from "./types.ts";

/** What the shell has worked out for the key: hashes, null where the policy does not ask for them. */
export interface KeyMaterial {
  /** The hash of who is asking, for a scope that is not shared. */
  readonly identity: string | null;
  /** The hash of the request's body and its type, for a read with a body. */
  readonly body: string | null;
}

export const NO_MATERIAL: KeyMaterial = { identity: null, body: null };

/** The material with the method in it, which the canonical request of a read with a body no longer tells. */
export function forMethod({ method }: RequestHead, material: KeyMaterial): KeyMaterial {
  return material.body === null ? material : { ...material, body: `${method} ${material.body}` };
}

/** The primary key (RFC 9111 §2). */
export interface PrimaryKey {
  /** The target URI as the policy sees it: what a write to it invalidates, under every key. */
  readonly uri: string;
  /** The URI, and what else tells copies of it apart; the same text where nothing does. */
  readonly key: string;
}

/**
 * The key of a canonical request (canonical.ts). Two requests that differ in a part of it never share one: a URI
 * has no line feed, and JSON keeps the parts apart whatever they contain (so does variantKey behind it).
 */
export function primaryKey(request: RequestHead, policy: Policy, material: KeyMaterial): PrimaryKey {
  const { url } = request;
  const uri = url.origin + url.pathname + url.search;
  const others = otherKeyedFields(request.headers, policy);
  if (others === undefined && isUriAlone(policy)) return { uri, key: uri };
  const parts = JSON.stringify({ ...partsOf(request, policy, material), others });
  return { uri, key: parts === "{}" ? uri : `${uri}\nkey:${parts}` };
}

// A policy is prebuilt and serves many requests; most have nothing else in their keys.
const plain = new WeakMap<Policy, boolean>();

function isUriAlone(policy: Policy): boolean {
  const known = plain.get(policy);
  if (known !== undefined) return known;
  const { version, headers, cookies, device, country, languages, mediaTypes, encodings, body } = policy.key;
  const listed = [headers, cookies, languages, mediaTypes, encodings].some((names) => names.length > 0);
  const holdsMore = listed || device || country || version !== null || body !== null;
  const isPlain = !holdsMore && policy.scope.kind === "shared";
  plain.set(policy, isPlain);
  return isPlain;
}

/** What the key holds besides the URI. JSON leaves out what is undefined, and keeps null: not there. */
function partsOf({ headers }: RequestHead, { key, scope }: Policy, material: KeyMaterial): object {
  const field = (isKeyed: boolean, name: string) => (isKeyed ? headers.get(name) : undefined);
  return {
    version: key.version ?? undefined,
    headers: valuesOf(key.headers, (name) => headers.get(name)),
    cookies: valuesOf(key.cookies, (name) => cookieValue(headers, name)),
    device: field(key.device, DEVICE_FIELD),
    country: field(key.country, COUNTRY_FIELD),
    language: field(key.languages.length > 0, "accept-language"),
    accept: field(key.mediaTypes.length > 0, "accept"),
    encoding: field(key.encodings.length > 0, "accept-encoding"),
    body: material.body ?? undefined,
    [scope.kind]: scope.kind === "shared" ? undefined : material.identity,
  };
}

function valuesOf(
  keyed: readonly { readonly name: string }[],
  read: (name: string) => string | null,
): readonly (readonly [name: string, value: string | null])[] | undefined {
  return keyed.length === 0 ? undefined : keyed.map(({ name }) => [name, read(name)] as const);
}
