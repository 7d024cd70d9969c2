/** What a replay spares itself to make is the same as what the platform would make of it. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type LoggedRequest, NO_FIELDS } from "../../src/cli/logs/record.ts";
import { Heads } from "../../src/cli/simulate/heads.ts";
import { fieldsOfLog } from "../../src/cli/simulate/logged-fields.ts";
import { createPlanner } from "../../src/cli/simulate/planner.ts";
import { normaliseUrl } from "../../src/http/uri.ts";
import type { RulesInput } from "../../src/rules/input/rules.ts";
import { defineRules } from "../../src/rules/rule.ts";

const PARTS = ["href", "origin", "protocol", "host", "hostname", "port", "pathname", "search"] as const;
const WORDS = [
  "/",
  "//",
  "a",
  "B",
  ".",
  "..",
  "%20",
  "%2e",
  "%41",
  "%",
  "?",
  "&",
  "=",
  "+",
  "'",
  '"',
  "<",
  "|",
];
const target = fc
  .array(fc.constantFrom(...WORDS, "#", "\\", "é", "^", "{", "~", "@", ":", ";", "[", " ", "\t", "`"), {
    maxLength: 8,
  })
  .map((words) => `/${words.join("")}`);
const host = fc.constantFrom(
  null,
  "a.example",
  "A.Example",
  "a.example:8080",
  "a.example:443",
  "a/b",
  "u@a",
  "",
);

test("a URL that is not parsed is the one that would have been", () => {
  const heads = new Heads("api.example.com");
  fc.assert(
    fc.property(target, host, (path, at) => {
      const expected = URL.parse(`https://${at ?? "api.example.com"}${path}`);
      const found = heads.headOf({ ...SILENT, host: at }, path, fieldsOfLog([]))?.url ?? null;
      if (expected === null || found === null) {
        expect(found).toBe(expected);
        return;
      }
      expected.hash = "";
      const normal = normaliseUrl(expected);
      for (const part of PARTS) expect([part, found[part]]).toEqual([part, normal[part]]);
      expect([...found.searchParams]).toEqual([...normal.searchParams]);
      expect(`${found}`).toBe(normal.href);
    }),
    { numRuns: 2000 },
  );
});

test("a header section that remembers says what it holds, by whatever case of the name", () => {
  const fields = fieldsOfLog([
    ["accept", "a/b"],
    ["accept", "c/d"],
    ["bad name", "x"],
  ]);
  for (const round of [1, 2]) {
    expect([round, fields.get("Accept"), fields.get("accept")]).toEqual([round, "a/b, c/d", "a/b, c/d"]);
    expect([fields.has("accept"), fields.has("cookie"), fields.get("cookie")]).toEqual([true, false, null]);
  }
  expect([...fields]).toEqual([["accept", "a/b, c/d"]]);
});

type Told = Partial<LoggedRequest>;
type Rule = Partial<NonNullable<RulesInput["rules"]>[number]>;
const BODIES: Rule = { key: { body: { methods: ["POST"] } } };
const POLICIES: readonly [what: string, rule: Rule, one: Told, other: Told][] = [
  ["what an answer nominates", {}, varying("a"), varying("b")],
  ["what a rule tests", { match: { headers: { referer: "a" } } }, { referer: "a" }, { referer: "b" }],
  ["their bodies, as far as their clients differ", BODIES, posted("192.0.2.1"), posted("192.0.2.2")],
];

function posted(client: string): Told {
  return { method: "POST", client };
}

function varying(userAgent: string): Told {
  return { userAgent, responseFields: [["vary", "User-Agent"]] };
}

test.each(POLICIES)("requests that differ in %s are not planned as one", (_, rule, one, other) => {
  const rules = defineRules({ rules: [{ ...rule, name: "a", match: rule.match ?? {} }] });
  const plan = createPlanner(rules, { host: "api.example.com", responseFields: [] });
  for (const round of [1, 2, 3]) {
    const [first, second] = [one, other].map((told) => plan({ ...SILENT, ...told }));
    expect([round, first === second]).toEqual([round, false]);
  }
});

test("requests that differ in nothing that counts are planned once, from the second on", () => {
  const plan = createPlanner(defineRules({ rules: [] }), { host: "api.example.com", responseFields: [] });
  const plans = ["a", "b", "c"].map((userAgent) => plan({ ...SILENT, userAgent }));
  expect(plans[1]).toBe(plans[2]);
});

const SILENT: LoggedRequest = {
  ...{ at: 0, client: null, method: "GET", target: "/", host: null, status: 200, bytes: null },
  ...{ durationSeconds: null, place: null, referer: null, userAgent: null },
  ...{ requestFields: NO_FIELDS, responseFields: NO_FIELDS },
};
