/** The oldest Node that has all that the command line calls; package.json says the same. */
const LEAST = [20, 19] as const;

/** Why a version of Node, such as "18.20.8", is too old, or null where it is not. */
export function nodeTooOld(version: string): string | null {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return null;
  return `selvedge: Node ${version} is too old; allowed: ${LEAST.join(".")} or later (rules in TypeScript take 22.18)`;
}
