import type { TtlPolicy } from "../policy.ts";

// The statuses that a rule's TTL applies to. Any other stays in a cache only as its origin says, or as the rule
// says of that very status.
const TTL_STATUSES = new Set([200, 203, 204, 206, 300, 301, 308]);

/** Whether an override, a fallback or a minimum is about responses of this status. */
export function takesTtl(status: number): boolean {
  return TTL_STATUSES.has(status);
}

/** What the rule says of this very status, in seconds: the first range that holds it. Null: nothing. */
export function ttlOfStatus({ byStatus }: TtlPolicy, status: number): number | "never" | null {
  if (byStatus.length === 0) return null;
  return byStatus.find(({ first, last }) => first <= status && status <= last)?.seconds ?? null;
}
