/** Whatever is written in a rules file, it is refused in words, or what it means can be compiled and asked. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { safeTag, tagsOf } from "../../src/cache/storing/tags.ts";
import { render } from "../../src/cache/template/template.ts";
import { renderPath, renderUrl } from "../../src/cache/template/url-template.ts";
import { RulesError } from "../../src/errors.ts";
import { lintRules } from "../../src/rules/lint/lint.ts";
import { whyNot } from "../../src/rules/match/compiled-rule.ts";
import { choose, compileRules } from "../../src/rules/match/match.ts";
import { parseAddress } from "../../src/rules/match/network.ts";
import { compilePath } from "../../src/rules/match/path-pattern.ts";
import type { RuleSet } from "../../src/rules/rule.ts";
import { parseDuration } from "../../src/rules/shape/duration.ts";
import { validateRules } from "../../src/rules/validate.ts";
import { NO_CLIENT, policy, request } from "../cache/support.ts";
import { ACCEPTED_DECISIONS, ACCEPTED_MATCHES, ORIGINS } from "../rules/accepted.ts";
import { fields, json, mutated, RUNS, text } from "./texts.ts";

const urls = fc
  .oneof(text, fc.webUrl())
  .map((any) => URL.parse(any, "https://api.example.com/a/") ?? new URL("https://api.example.com/"))
  // RFC 9110 §4.2: no Worker is asked for a URL of another scheme.
  .filter(({ protocol }) => protocol === "http:" || protocol === "https:");

const requests = fc.record({
  method: fc.constantFrom("GET", "HEAD", "POST", "OPTIONS"),
  url: urls,
  headers: fields,
  client: fc.record({
    ...Object.fromEntries(Object.keys(NO_CLIENT).map((name) => [name, fc.option(text)])),
    asn: fc.option(fc.nat()),
  }) as fc.Arbitrary<typeof NO_CLIENT>,
  params: fc.constant({}),
});

/** The rules of a file, or null where it is refused; anything else than a RulesError is thrown on. */
function parsed(file: unknown): RuleSet | null {
  try {
    return validateRules(file);
  } catch (error) {
    if (!(error instanceof RulesError)) throw error;
    for (const { where, allowed, found } of error.mistakes) {
      expect([where, allowed, found].every((words) => words !== "")).toBe(true);
    }
    return null;
  }
}

const FILES = fc
  .tuple(
    fc.constantFrom(...ACCEPTED_MATCHES.map(([match]) => match)),
    fc.constantFrom(...ACCEPTED_DECISIONS.map(([decisions]) => decisions)),
  )
  .map(([match, decisions]) => ({
    origins: ORIGINS,
    rules: [
      { name: "a", match: { path: "/p/:id" }, ...decisions },
      { name: "b", match },
    ],
  }));

describe("a rules file", () => {
  it("of any JSON is refused with what is wrong, or accepted", () => {
    fc.assert(
      fc.property(json, (file) => void parsed(file)),
      RUNS,
    );
  });

  it("with one part of it replaced is refused, or can be compiled, asked and looked through", () => {
    // Null: as it is.
    const at = fc.option(fc.array(fc.nat(20), { minLength: 3, maxLength: 6 }));
    let accepted = 0;
    fc.assert(
      fc.property(FILES, at, json, requests, (file, place, other, head) => {
        const set = parsed(place === null ? file : mutated(file, place, other));
        if (set === null) return;
        accepted++;
        const matcher = compileRules(set);
        const written = [set.defaults, ...set.rules.map((rule) => rule.policy)];
        const { policy: chosen } = choose(matcher, head);
        // A path that servers read differently is under no rule alone: then nothing may be looked up or stored.
        expect(written.includes(chosen) || chosen.action === "pass-ambiguous").toBe(true);
        for (const rule of matcher.rules) expect(whyNot(rule, head)).not.toBe("");
        for (const { text: words } of lintRules(set)) expect(words).not.toBe("");
      }),
      RUNS,
    );
    expect(accepted).toBeGreaterThan(RUNS.numRuns / 20);
  });
});

describe("its smallest parts", () => {
  it("a duration is whole seconds, or none", () => {
    fc.assert(
      fc.property(fc.oneof(text, json), (value) => {
        const seconds = parseDuration(value);
        expect(seconds === null || (Number.isInteger(seconds) && seconds >= 0 && seconds <= 2 ** 31)).toBe(
          true,
        );
      }),
      RUNS,
    );
  });

  it("a path pattern is refused with a TypeError, or decides as the platform does", () => {
    fc.assert(
      fc.property(text, urls, (written, { pathname }) => {
        // Patterns begin with a slash, or the file is refused.
        const source = `/${written}`;
        const pattern = orTypeError(() => compilePath(source));
        if (pattern === null) return;
        // Octets that need no encoding have been decoded before: elsewhere that is compared (path-pattern.test.ts).
        fc.pre(!source.includes("%"));
        expect(pattern.accepts(pathname)).toBe(new URLPattern({ pathname: source }).test({ pathname }));
        if (pattern.accepts(pathname)) expect(pattern.capture(pathname)).toBeTypeOf("object");
      }),
      RUNS,
    );
  });

  it("an address of a client is one, or none", () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.ipV4(), fc.ipV6()), (value) => {
        const address = parseAddress(value);
        if (address !== null) expect([4, 16]).toContain(address.length);
      }),
      RUNS,
    );
  });
});

function orTypeError<Value>(make: () => Value): Value | null {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return null;
  }
}

describe("templates filled with what clients send", () => {
  const templates = fc.constantFrom(
    "/a/{id}",
    "/a/{id}/{query.q}",
    "/{request.x-a}-{id}/b?x={query.q}",
    "{path}{search}",
  );
  const value = fc.oneof(text, fc.constantFrom("..", ".", "%2e%2e", "a/../b", "\\.."));
  const subjects = fc.record({ id: value, q: value, field: fc.constantFrom("..", "a", "/", "%2e", "é", "") });

  const subjectOf = ({ id, q, field }: { id: string; q: string; field: string }) => {
    const target = new URL("https://api.example.com/p/1");
    target.searchParams.set("q", q);
    const head = request({ "x-a": field }, { url: target.href });
    return { request: { ...head, params: { id } }, response: null, variables: {} };
  };
  const templateOf = (kind: "rewrite" | "redirect", source: string) => {
    const decisions = kind === "rewrite" ? { rewrite: source } : { redirect: { to: source } };
    const origin = parsed({ rules: [{ name: "a", match: { path: "/p/:id" }, ...decisions }] })?.rules[0];
    const respond = origin?.policy.respond;
    return kind === "rewrite"
      ? origin?.policy.origin.rewrite
      : respond?.kind === "redirect"
        ? respond.to
        : null;
  };

  it("make no other path, and lead to no other host", () => {
    fc.assert(
      fc.property(templates, subjects, (source, values) => {
        const template = templateOf("rewrite", source);
        if (!template) return;
        const path = renderPath(template, subjectOf(values));
        if (path === null) return;
        const target = new URL(`https://origin.example.com${path}`);
        expect(target.host).toBe("origin.example.com");
        expect(target.pathname.split("/")).toHaveLength((path.split("?", 1)[0] ?? "").split("/").length);
      }),
      RUNS,
    );
  });

  it("redirect to the host that the operator wrote, or to none", () => {
    const targets = fc.constantFrom("/a/{id}", "{path}", "https://b.example.com/{id}", "/x?next={query.q}");
    fc.assert(
      fc.property(targets, subjects, (source, values) => {
        const template = templateOf("redirect", source);
        if (!template) return;
        const location = renderUrl(template, subjectOf(values));
        if (location === null) return;
        const host = source.startsWith("https:") ? "b.example.com" : "api.example.com";
        expect(new URL(location, "https://api.example.com/p/1").host).toBe(host);
      }),
      RUNS,
    );
  });

  it("tags are printable, bounded, and in one spelling", () => {
    fc.assert(
      fc.property(text, fields, (value, headers) => {
        const tag = safeTag(value);
        if (tag !== null) {
          expect(tag).toMatch(/^[!-+\--~]{1,1024}$/);
          expect(safeTag(tag)).toBe(tag);
        }
        headers.set("cache-tag", encodeURI(value.toWellFormed()));
        const subject = { request: request(), response: { status: 200, headers }, variables: {} };
        for (const each of tagsOf(policy(), subject)) expect(safeTag(each)).toBe(each);
        expect(render({ source: "", parts: [value] }, subject)).toBe(value);
      }),
      RUNS,
    );
  });
});
