const LONGEST_CONSIDERED = 1024;

/**
 * The part of a negotiation field that is considered: its members within the first 1,024 characters, several
 * times what browsers send. Each costs a comparison with all that is available.
 */
export function considered(value: string): string {
  if (value.length <= LONGEST_CONSIDERED) return value;
  return value.slice(0, Math.max(0, value.lastIndexOf(",", LONGEST_CONSIDERED)));
}
