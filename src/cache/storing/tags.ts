import type { FieldSection } from "../../http/field-section.ts";
import type { Policy, Template } from "../policy.ts";
import { render, type Subject } from "../template/template.ts";

/** Fields in which origins name the tags of a response. They are for us: clients are not sent them. */
export const TAG_FIELDS = ["cache-tag", "surrogate-key", "xkey"] as const;

/** The field in which the origin's answer to a write names tags to purge, divided by commas. For us too. */
export const PURGE_FIELD = "selvedge-purge";

/** How the tags of a field stand apart: as each of these fields' own products have it. */
const SEPARATORS: Readonly<Record<(typeof TAG_FIELDS)[number], RegExp>> = {
  "cache-tag": /,/,
  "surrogate-key": /\s+/,
  xkey: /[\s,]+/,
};

const LONGEST_TAG = 1024;
const MOST_TAGS = 1000;

/** Whether tags had to be left out: whoever purges by one of those would miss the response. */
export function hasTooMany(tags: readonly string[]): boolean {
  return tags.length > MOST_TAGS;
}

/** The tags of a response: those of the policy, then the origin's, each once; of too many one more than may be. */
export function tagsOf(policy: Policy, subject: Subject): readonly string[] {
  const chosen = policy.tags.map((template) => renderTag(template, subject));
  const named = TAG_FIELDS.flatMap((field) => originTags(field, subject.response?.headers ?? null));
  const tags = new Set([...chosen, ...named].filter((tag) => tag !== null));
  return tags.size <= MOST_TAGS ? [...tags] : [...tags].slice(0, MOST_TAGS + 1);
}

/**
 * The tag of a template as responses are stored under it and writes invalidate it; null where one of its places
 * has no value, or it is empty or longer than 1,024 characters.
 */
export function renderTag(template: Template, subject: Subject): string | null {
  const text = render(template, subject);
  return text === null ? null : safeTag(text);
}

/** A tag in one spelling: what lists and fields cannot hold is percent-encoded. Null: no tag. */
export function safeTag(text: string): string | null {
  // Only what has a chance to fit is worked on. Encoding never shortens.
  if (text === "" || text.length > LONGEST_TAG) return null;
  const safe = text.toWellFormed().replace(/[^\x21-\x2b\x2d-\x7e]/gu, encodeURIComponent);
  return safe.length > LONGEST_TAG ? null : safe;
}

/** The tags that `Selvedge-Purge` names, in their one spelling. */
export function tagsToPurge(headers: FieldSection): readonly string[] {
  const named = (headers.get(PURGE_FIELD) ?? "").split(",").map((tag) => safeTag(tag.trim()));
  return [...new Set(named.filter((tag) => tag !== null))];
}

function originTags(
  field: (typeof TAG_FIELDS)[number],
  headers: FieldSection | null,
): readonly (string | null)[] {
  const value = headers?.get(field) ?? null;
  return value === null ? [] : value.split(SEPARATORS[field]).map((tag) => safeTag(tag.trim()));
}
