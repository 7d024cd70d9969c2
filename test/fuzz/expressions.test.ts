/** Whoever sends a request chooses the text: no regular expression of the Worker may take more than linear time. */
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, test, vi } from "vitest";
import { ROOT } from "../../scripts/tools.ts";
import { backtracksWithoutEnd, expressionsBelow, expressionsIn } from "./expressions.ts";

// The command line is not in the Worker: what it reads is on its user's own machine.
const WRITTEN = expressionsBelow(join(ROOT, "src")).filter(({ file }) => !file.startsWith("src/cli/"));

/**
 * Those that may take longer, and why that does no harm: they are only tried on short texts that the operator wrote
 * into wrangler.toml or the rules file.
 */
const OPERATORS_OWN: readonly (readonly [file: string, source: string])[] = [
  ["src/config.ts", "\\/+$"],
  ["src/proxy/origin/upstreams.ts", "\\/+$"],
  ["src/rules/parse/match-texts.ts", "[\\d.]+$"],
  ["src/rules/parse/origins.ts", "^[a-z0-9.-]+\\.[a-z]+(?:[/:]|$)"],
  ["src/rules/parse/template.ts", "\\{\\{|\\}\\}|\\{([^{}]*)\\}|[{}]|[^{}]+"],
  ["src/rules/parse/backtracking.ts", "([*+?]|\\{(\\d+)(,(\\d*))?\\})\\??"],
  [
    "src/rules/parse/backtracking.ts",
    "\\\\(?:x[\\da-f]{2}|u[\\da-f]{4}|c[a-z]|k<[^>]*>|[1-9]\\d*|[\\s\\S])|\\[(?:\\\\[\\s\\S]|[^\\]\\\\])*\\]|\\((?:\\?(?:[:=!]|<[=!]|<[^>]*>))?|[)|^$]|[\\s\\S]",
  ],
  [
    "src/rules/parse/parameters.ts",
    "\\\\[\\s\\S]|:([\\p{ID_Start}_$][\\p{ID_Continue}$]*)|\\((?:\\\\[\\s\\S]|\\[(?:\\\\[\\s\\S]|[^\\]\\\\])*\\]|\\((?:\\\\[\\s\\S]|[^)\\\\])*\\)|[^()\\\\[])*\\)",
  ],
];

const isOperatorsOwn = ({ file, expression }: (typeof WRITTEN)[number]) =>
  OPERATORS_OWN.some(([known, source]) => known === file && source === expression.source);

describe("what is written in the Worker takes linear time", () => {
  test.each(WRITTEN.filter((each) => !isOperatorsOwn(each)))("$file:$line $expression", ({ expression }) => {
    expect(backtracksWithoutEnd(expression)).toBe(false);
  });

  it("but for the operator's own, none of which is listed in vain", () => {
    const left = OPERATORS_OWN.filter(
      ([file, source]) => !WRITTEN.some((each) => each.file === file && each.expression.source === source),
    );
    expect(left).toEqual([]);
  });
});

describe("what src makes of texts takes linear time", () => {
  it("dates", async () => {
    const made = await madeBy(() => import("../../src/http/date.ts"));
    expect(made).toHaveLength(3);
    expect(made.filter(backtracksWithoutEnd)).toEqual([]);
  });

  it("path patterns of any simple shape", async () => {
    const segment = fc.oneof(
      fc.stringMatching(/^[a-z0-9._$|^[\]-]{1,8}$/),
      fc.stringMatching(/^[a-z]{1,5}$/).map((name) => `:${name}`),
    );
    const patterns = fc
      .tuple(fc.uniqueArray(segment, { maxLength: 5 }), fc.constantFrom("", "/*", "/a*"))
      .map(([segments, end]) => `/${segments.join("/")}${end}`);
    const { compilePath } = await import("../../src/rules/match/path-pattern.ts");
    await fc.assert(
      fc.asyncProperty(patterns, async (pattern) => {
        const made = await madeBy(async () => compilePath(pattern));
        expect(made.filter(backtracksWithoutEnd)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});

/** The expressions that are put together while something runs, modules that it imports included. */
async function madeBy(run: () => Promise<unknown>): Promise<readonly RegExp[]> {
  const made: RegExp[] = [];
  const construct = (target: typeof RegExp, [source, flags]: [string, string?]) => {
    const expression = new target(source, flags);
    made.push(expression);
    return expression;
  };
  vi.resetModules();
  vi.stubGlobal("RegExp", new Proxy(RegExp, { construct }));
  try {
    await run();
  } finally {
    vi.unstubAllGlobals();
  }
  return made;
}

describe("the check itself", () => {
  test.each([/(a+)+$/, /\s+$/, /^[.\w]*\.\w*$/, /(?:x*)*y/])("finds %s", (expression) => {
    expect(backtracksWithoutEnd(expression)).toBe(true);
  });

  test.each([/^\d+$/, /^(?:a|b)*c$/, /[^\x21-\x7e]+/g])("lets %s pass", (expression) => {
    expect(backtracksWithoutEnd(expression)).toBe(false);
  });

  it("reads expressions out of TypeScript, and nothing that only looks like one", () => {
    const source = "const half = (a: number) => a / 2; // /(a+)+/\nexport const E = /[/]x/g as RegExp;";
    expect(expressionsIn("a.ts", source)).toEqual([{ file: "a.ts", line: 2, expression: /[/]x/g }]);
  });
});
