/** A value of a rules file as an operator would write it: on one line, its keys without quotes. */
export function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value).map(([key, each]) => `${key}: ${literal(each)}`);
  return `{ ${pairs.join(", ")} }`;
}
