/** A purge that says "done" and purges nothing is the worst of all: whatever is stored is found by its address. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { storedUri } from "../../src/cache/request/stored-uri.ts";
import { readPurgeRequest } from "../../src/control/purge-request.ts";
import { normaliseUrl } from "../../src/http/uri.ts";
import { addFacts, emptyPurges, purgeOf } from "../../src/purge/purge.ts";
import { readPurges } from "../../src/purge/purge-input.ts";
import type { RuleInput, RulesInput } from "../../src/rules/input/rules.ts";
import { choose, compileRules } from "../../src/rules/match/match.ts";
import { defineRules } from "../../src/rules/rule.ts";
import { NO_CLIENT, stored } from "../cache/support.ts";

const RUNS = { numRuns: 1000 };
const ORIGIN = "https://api.example.com";

const query = fc.option(
  fc.oneof(
    fc.constantFrom("all" as const, "none" as const),
    fc.record(
      {
        include: fc.constant(["a", "b*", "é"]),
        sort: fc.boolean(),
        tracking: fc.constantFrom("keep" as const, "drop" as const),
      },
      { requiredKeys: ["include"] },
    ),
    fc.record({ exclude: fc.constant(["b*", "c d"]), sort: fc.boolean() }, { requiredKeys: ["exclude"] }),
  ),
  { nil: undefined },
);

const key = fc.record({
  host: fc.boolean(),
  pathCase: fc.constantFrom("sensitive" as const, "insensitive" as const),
  trailingSlash: fc.constantFrom("keep" as const, "strip" as const),
});

const match = fc.constantFrom<NonNullable<RuleInput["match"]>>(
  { path: "/*" },
  { path: "/a/*" },
  { path: ["/A", "/a/b"] },
  { path: "/*", headers: { "x-app": true } },
  { path: "/*", query: { a: true } },
  { host: "api.example.com" },
  { method: "GET" },
);

const rules: fc.Arbitrary<RulesInput> = fc
  .array(fc.record({ match, query, key }), { maxLength: 3 })
  .map((written) => ({
    rules: written.map(({ query, ...rule }, index) => ({
      name: `rule-${index}`,
      ...rule,
      ...(query !== undefined && { query }),
    })),
  }));

const pieces = (...texts: string[]) => fc.array(fc.constantFrom(...texts), { maxLength: 4 });
const segment = pieces(
  "a",
  "b",
  "A",
  "é",
  "%c3%a9",
  "%7e",
  "%2F",
  "%5C",
  "{",
  '"',
  "^",
  "|",
  "'",
  ";",
  "@",
  ":",
  "%20",
);
const path = fc
  .array(segment, { minLength: 1, maxLength: 3 })
  .map((parts) => `/${parts.map((each) => each.join("")).join("/")}`);
const parameter = fc.tuple(
  fc.constantFrom("a", "b1", "bb", "c%20d", "utm_source", "%c3%a9", "é", ""),
  fc.constantFrom("", "=", "=1", "=é", "=%C3%A9", "=/?", "='", '="', "=a%20b"),
);
const search = fc
  .array(parameter, { maxLength: 3 })
  .map((parameters) =>
    parameters.length === 0 ? "" : `?${parameters.map((each) => each.join("")).join("&")}`,
  );
const host = fc.constantFrom(
  "api.example.com.",
  "api.example.com",
  "API.example.com",
  "bücher.example",
  "other.example:8443",
);
const asked = fc.record({
  scheme: fc.constantFrom("https", "http"),
  host,
  path,
  search,
  headers: fc.constantFrom({}, { "x-app": "1" }),
});

/** What a GET of an address is stored as. */
function storedAs(written: string, headers: Record<string, string>, rules: RulesInput) {
  const url = normaliseUrl(new URL(written));
  const head = { method: "GET", url, headers: new Headers(headers), client: NO_CLIENT, params: {} };
  const matcher = compileRules(defineRules(rules));
  return stored({}, { uri: storedUri(head, choose(matcher, head).policy), requestedAt: 1000 });
}

/** Whether it is purged by what is asked for. */
function isPurged(response: ReturnType<typeof storedAs>, body: object, rules: RulesInput): boolean {
  const matcher = compileRules(defineRules(rules));
  const read = readPurgeRequest(body, { matcher, origin: ORIGIN });
  if (read.kind === "refused") throw new Error(read.complaints.join());
  const recorded = readPurges(read.purges);
  if (recorded.kind === "refused") throw new Error("the log takes what the control API has read");
  const purges = emptyPurges();
  addFacts(
    purges,
    recorded.purges.map((purge) => ({ ...purge, at: 2000 })),
  );
  return purgeOf(response, purges) !== null;
}

describe("whatever the rules make of an address, it is purged by", () => {
  test("the address, however it is spelled and by whichever scheme", () => {
    const spelling = fc.constantFrom<(text: string) => string>(
      (text) => text,
      (text) => text.replace("https:", "http:"),
      (text) => text.replace(/^https?:/, "HTTPS:"),
      (text) => text.replace(/^https:..([^/:]+)(?=[/?])/, "https://$1:443"),
      (text) => `${text}#fragment`,
      (text) => new URL(text).href,
    );
    fc.assert(
      fc.property(rules, asked, spelling, (rules, { scheme, host, path, search, headers }, spelled) => {
        const written = `${scheme}://${host}${path}${search}`;
        const response = storedAs(written, headers, rules);
        expect(isPurged(response, { urls: [spelled(written)] }, rules)).toBe(true);
      }),
      RUNS,
    );
  });

  test("its path alone", () => {
    fc.assert(
      fc.property(rules, asked, fc.boolean(), (rules, { scheme, host, path, search, headers }, whole) => {
        const response = storedAs(`${scheme}://${host}${path}${search}`, headers, rules);
        const written = whole ? `https://${host}${path}` : host + path;
        expect(isPurged(response, { paths: [written] }, rules)).toBe(true);
      }),
      RUNS,
    );
  });

  test("how it begins, cut off anywhere but within an encoded octet", () => {
    fc.assert(
      fc.property(rules, asked, fc.nat(), (rules, { scheme, host, path, search, headers }, cut) => {
        const response = storedAs(`${scheme}://${host}${path}${search}`, headers, rules);
        const rest = path + search;
        const written = host + rest.slice(0, 1 + (cut % rest.length));
        if (/%.?$/.test(written)) return;
        expect(isPurged(response, { prefixes: [written] }, rules)).toBe(true);
      }),
      RUNS,
    );
  });

  test("its host", () => {
    fc.assert(
      fc.property(rules, asked, (rules, { scheme, host, path, search, headers }) => {
        const response = storedAs(`${scheme}://${host}${path}${search}`, headers, rules);
        expect(isPurged(response, { hosts: [host] }, rules)).toBe(true);
      }),
      RUNS,
    );
  });
});
