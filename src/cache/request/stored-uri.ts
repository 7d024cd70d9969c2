import { NO_MATERIAL, primaryKey } from "../key.ts";
import type { Policy } from "../policy.ts";
import type { RequestHead } from "../types.ts";
import { canonicalRequest } from "./canonical.ts";

/** The URI under which a read is stored, whatever else is in its key: what invalidation and purges speak of. */
export function storedUri(read: RequestHead, policy: Policy): string {
  return primaryKey(canonicalRequest(read, policy), policy, NO_MATERIAL).uri;
}
