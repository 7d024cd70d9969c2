import { type BareItem, serializeItem, Token } from "structured-headers";

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
 */
export function formatCacheStatus(name: string, member: CacheStatusMember, earlier: string | null): string {
  const own = serializeItem([tokenOrString(name), parameters(member)]);
  return earlier === null || earlier === "" ? own : `${earlier}, ${own}`;
}

function parameters(member: CacheStatusMember): Map<string, BareItem> {
  const written = new Map<string, BareItem>();
  if (member.hit !== undefined) written.set("hit", member.hit);
  if (member.fwd !== undefined) written.set("fwd", tokenOrString(member.fwd));
  setInteger(written, "fwd-status", member.fwdStatus);
  setInteger(written, "ttl", member.ttl);
  if (member.stored !== undefined) written.set("stored", member.stored);
  if (member.collapsed !== undefined) written.set("collapsed", member.collapsed);
  if (member.key !== undefined) written.set("key", printable(member.key));
  if (member.rule !== undefined) written.set("rule", printable(member.rule));
  if (member.detail !== undefined) written.set("detail", tokenOrString(member.detail));
  return written;
}

/** RFC 9651 §3.3.1: whole, and of fifteen digits at most. */
function setInteger(written: Map<string, BareItem>, name: string, value: number | undefined): void {
  if (value === undefined || Number.isNaN(value)) return;
  written.set(name, Math.min(Math.max(Math.trunc(value), -LARGEST_INTEGER), LARGEST_INTEGER));
}

function tokenOrString(text: string): BareItem {
  return SF_TOKEN.test(text) ? new Token(text) : printable(text);
}

/** RFC 9651 §3.3.3: a String is printable ASCII. */
function printable(text: string): string {
  return isPrintable(text)
    ? text
    : text.replace(/[^\x20-\x7e]+/g, (part) => encodeURIComponent(part.toWellFormed()));
}

function isPrintable(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
}
