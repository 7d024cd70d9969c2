/** What a token opens. Each role may do what the one before it may, too. */
export type Role = (typeof ROLES)[number];

/** In the order of what they open. */
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

/** Characters. A shorter token could be guessed. */
export const SHORTEST_TOKEN = 16;
const LONGEST_NAME = 64;

/** The tokens of a text, or what is wrong with it; no secret is repeated. */
export type ReadTokens =
  | { readonly kind: "tokens"; readonly tokens: readonly ControlToken[] }
  | { readonly kind: "malformed"; readonly found: string; readonly allowed: string };

/** Reads `ci:purge:AbC... ops:admin:DeF...`: name, role and token of each, divided by blanks or lines. */
export function readTokens(text: string): ReadTokens {
  const read = text
    .split(/\s+/)
    .filter((entry) => entry !== "")
    .map(readToken);
  const malformed = read.find((each) => each.kind === "malformed");
  if (malformed !== undefined) return malformed;
  const tokens = read.flatMap((each) => (each.kind === "token" ? [each.token] : []));
  return doubled(tokens) ?? { kind: "tokens", tokens };
}

/** What two of the tokens share and may not, or null. */
export function doubled(tokens: readonly ControlToken[]): Malformed | null {
  const names = tokens.map(({ name }) => name);
  const name = names.find((each, index) => names.indexOf(each) !== index);
  if (name !== undefined) return malformed(`the name ${name} twice`, "a name of its own for each token");
  const secrets = tokens.map(({ token }) => token);
  const index = secrets.findIndex((each, place) => secrets.indexOf(each) !== place);
  if (index === -1) return null;
  const [first, second] = [names[secrets.indexOf(secrets[index] ?? "")], names[index]];
  return malformed(`one token for ${first} and ${second}`, "another token for each name");
}

type Malformed = Extract<ReadTokens, { kind: "malformed" }>;

function malformed(found: string, allowed: string): Malformed {
  return { kind: "malformed", found, allowed };
}

function readToken(
  entry: string,
  index: number,
): { readonly kind: "token"; readonly token: ControlToken } | Malformed {
  const place = `entry ${index + 1}`;
  const [, name, word, token] = /^([\w.-]+):([a-z]+):([!-~]+)$/.exec(entry) ?? [];
  // Whatever is not of this form may be a secret as a whole.
  if (name === undefined || word === undefined || token === undefined || name.length > LONGEST_NAME) {
    return malformed(
      `${place} of another form`,
      "name:role:token for each, divided by blanks; a name of up to 64 letters, digits and ._-",
    );
  }
  const role = ROLES.find((each) => each === word);
  if (role === undefined) return malformed(`${place} (${name}) with another role`, ROLES.join(", "));
  if (token.length < SHORTEST_TOKEN) {
    return malformed(
      `${place} (${name}) with ${token.length} characters`,
      `a token of at least ${SHORTEST_TOKEN} characters`,
    );
  }
  return { kind: "token", token: { name, role, token } };
}
