import { type FieldSection, Fields } from "../../http/field-section.ts";
import type { FieldChanges } from "../policy.ts";
import { render, type Subject } from "./template.ts";

/**
 * Fields with the changes of a rule: removed, set, added, in this order. The same object where there are none. A
 * template with a missing value changes nothing. What a field cannot hold is percent-encoded (`fieldValue`).
 */
export function changeFields(
  headers: FieldSection,
  { remove, set, add }: FieldChanges,
  subject: Subject,
): FieldSection {
  if (remove.length + set.length + add.length === 0) return headers;
  const changed = new Fields(headers);
  for (const name of remove) changed.delete(name);
  for (const [name, template] of set) {
    const value = render(template, subject);
    if (value !== null) changed.set(name, fieldValue(value));
  }
  for (const [name, template] of add) {
    const value = render(template, subject);
    if (value !== null) changed.append(name, fieldValue(value));
  }
  return changed;
}

const NO_FIELD_CONTENT = /[^\t\x20-\x7e\x80-\xff]+/g;

/**
 * RFC 9110 §5.5: line ends and blanks around a value, which a secret read from a file has, are dropped; all other
 * controls, and what is beyond Latin-1, are percent-encoded as UTF-8, so that no value can begin another field.
 */
function fieldValue(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text, start)) start++;
  while (end > start && isBlank(text, end - 1)) end--;
  return text.slice(start, end).toWellFormed().replace(NO_FIELD_CONTENT, encodeURIComponent);
}

function isBlank(text: string, index: number): boolean {
  return "\t\n\r ".includes(text.charAt(index));
}
