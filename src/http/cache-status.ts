import { formatString } from "./structured-fields.ts";

/** RFC 9211 §2: how one cache handled one request. What is absent or undefined is not written. */
export interface CacheStatusMember {
  readonly hit?: boolean | undefined;
  /** Why the request went forward, one of the tokens of §2.2. */
  readonly fwd?: string | undefined;
  readonly fwdStatus?: number | undefined;
  /** Remaining freshness in seconds, negative once stale (§2.4). */
  readonly ttl?: number | undefined;
  readonly stored?: boolean | undefined;
  readonly collapsed?: boolean | undefined;
  readonly key?: string | undefined;
  readonly detail?: string | undefined;
  /** The name of the operator's rule: an extension parameter (§2). */
  readonly rule?: string | undefined;
}

const SF_TOKEN = /^[A-Za-z*][!#$%&'*+\-.^_`|~:/0-9A-Za-z]*$/;
const LARGEST_INTEGER = 999_999_999_999_999;

/**
 * RFC 9211 §2: the `Cache-Status` value with this cache's member appended to the `earlier` value, which caches
 * nearer the origin wrote. Whatever a string holds is written: what is not printable ASCII is percent-encoded.
 *
 * Written here and not by a library for structured fields (RFC 9651): it is a part of every answer, and a general
 * serializer costs as much as all else that a hit does to its fields.
 */
export function formatCacheStatus(name: string, member: CacheStatusMember, earlier: string | null): string {
  const own = tokenOrString(name) + parameters(member);
  return earlier === null || earlier === "" ? own : `${earlier}, ${own}`;
}

function parameters({
  hit,
  fwd,
  fwdStatus,
  ttl,
  stored,
  collapsed,
  key,
  rule,
  detail,
}: CacheStatusMember): string {
  let written = flag("hit", hit);
  if (fwd !== undefined) written += `;fwd=${tokenOrString(fwd)}`;
  written += integer("fwd-status", fwdStatus) + integer("ttl", ttl);
  written += flag("stored", stored) + flag("collapsed", collapsed);
  if (key !== undefined) written += `;key=${formatString(key)}`;
  if (rule !== undefined) written += `;rule=${formatString(rule)}`;
  if (detail !== undefined) written += `;detail=${tokenOrString(detail)}`;
  return written;
}

/** RFC 9651 §3.1.2, §3.3.6: true is the name alone. */
function flag(name: string, value: boolean | undefined): string {
  if (value === undefined) return "";
  return value ? `;${name}` : `;${name}=?0`;
}

/** RFC 9651 §3.3.1: whole, and of fifteen digits at most. */
function integer(name: string, value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "";
  const whole = Math.min(Math.max(Math.trunc(value), -LARGEST_INTEGER), LARGEST_INTEGER);
  return `;${name}=${whole}`;
}

function tokenOrString(text: string): string {
  return SF_TOKEN.test(text) ? text : formatString(text);
}
