/** What selvedge throws: a refusal at a boundary, written for the person who can repair it. */
export class SelvedgeError extends Error {
  override name = "SelvedgeError";
}

/** One mistake in the rules, as precisely as it can be pointed at. */
export interface RuleMistake {
  /** Where it is: `rule "products" (index 0)`, `defaults`, or `rules` for the file as a whole. */
  readonly where: string;
  /** The path of the key below that place, such as `match.path[1]`; empty for the place itself. */
  readonly key: string;
  /** The value that was found, as JSON where JSON can say it. */
  readonly found: string;
  /** What would have been accepted. */
  readonly allowed: string;
  /** The name that was probably meant, or null. */
  readonly suggestion: string | null;
}

/** The rules file is refused. It carries every mistake at once, so that one deployment shows them all. */
export class RulesError extends SelvedgeError {
  override name = "RulesError";
  readonly mistakes: readonly RuleMistake[];

  constructor(mistakes: readonly RuleMistake[]) {
    const count = mistakes.length === 1 ? "1 mistake" : `${mistakes.length} mistakes`;
    super(
      [
        `The cache rules have ${count}:`,
        ...mistakes.map((mistake) => `  - ${describeMistake(mistake)}`),
      ].join("\n"),
    );
    this.mistakes = mistakes;
  }
}

/** A mistake as one line, for the author of the rules. */
export function describeMistake({ where, key, found, allowed, suggestion }: RuleMistake): string {
  const place = key === "" ? where : `${where}, ${key}`;
  const hint = suggestion === null ? "" : `; did you mean "${suggestion}"?`;
  return `${place}: found ${found}; allowed: ${allowed}${hint}`;
}

/** A variable of wrangler.toml is missing or wrong; nothing is served until it is mended. */
export class ConfigError extends SelvedgeError {
  override name = "ConfigError";

  constructor(variable: string, found: string | undefined, allowed: string) {
    super(`${variable}: found ${JSON.stringify(found) ?? "nothing"}; allowed: ${allowed}`);
  }
}
