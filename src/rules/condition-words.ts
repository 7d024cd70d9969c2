/** How conditions speak of requests and of what they want of them. */

/** Alternatives as a sentence has them. */
export function anyOf(choices: readonly (string | number)[]): string {
  return choices.map(quote).join(" or ");
}

/** A value as JSON has it: what cannot be printed is escaped. */
export function quote(value: string | number): string {
  return JSON.stringify(value);
}

/** A value that may be missing. */
export function shown(value: string | number | null, missing = "absent"): string {
  return value === null ? missing : quote(value);
}
