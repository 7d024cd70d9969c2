/** What a token opens. Each role may do what the one before it may, too. */
export type Role = (typeof ROLES)[number];

export const ROLES = ["read", "purge", "admin"] as const;

/** Who may use the control API. */
export interface ControlToken {
  /** Recorded with each purge. */
  readonly name: string;
  readonly role: Role;
  /** The secret itself. */
  readonly token: string;
}

/** Whether a role may do what takes another. */
export function may(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

export const SHORTEST_TOKEN = 16;
export const TOKENS_ALLOWED = `name:role:token for each, divided by blanks: a name of its own, one of the roles ${ROLES.join(", ")}, and at least ${SHORTEST_TOKEN} characters`;

/** The tokens of a text such as `ci:purge:AbC... ops:admin:DeF...`, or null where it is none. */
export function parseTokens(text: string): readonly ControlToken[] | null {
  const tokens = text
    .split(/\s+/)
    .filter((each) => each !== "")
    .map(parseToken);
  const names = new Set(tokens.map((each) => each?.name));
  const isWhole = (each: ControlToken | null): each is ControlToken => each !== null;
  return tokens.every(isWhole) && names.size === tokens.length ? tokens : null;
}

function parseToken(text: string): ControlToken | null {
  const [, name, word, token] = /^([\w.-]{1,64}):([a-z]+):([!-~]+)$/.exec(text) ?? [];
  const role = ROLES.find((each) => each === word);
  if (name === undefined || role === undefined || token === undefined) return null;
  return token.length < SHORTEST_TOKEN ? null : { name, role, token };
}
