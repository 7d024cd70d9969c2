import type { Policy } from "./policy.ts";
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

/** The key of a canonical request (canonical.ts). Two requests that differ in a part of it never share one. */
export function primaryKey(request: RequestHead, _policy: Policy, _material: KeyMaterial): PrimaryKey {
  const { url } = request;
  const uri = url.origin + url.pathname + url.search;
  return { uri, key: uri };
}
