/** How conditions speak of requests and of what they want of them. */

/** So many alternatives are named. */
const MOST_NAMED = 20;

/** Alternatives as a sentence has them; of a long list the first, and how many more there are. */
export function anyOf(choices: readonly (string | number)[]): string {
  const named = choices.slice(0, MOST_NAMED).map(quote).join(" or ");
  const others = choices.length - MOST_NAMED;
  return others > 0 ? `${named} or one of ${others} others` : named;
}

/** A value as JSON has it: what cannot be printed is escaped. */
export function quote(value: string | number): string {
  return JSON.stringify(value);
}

/** A value that may be missing. */
export function shown(value: string | number | null, missing = "absent"): string {
  return value === null ? missing : quote(value);
}
