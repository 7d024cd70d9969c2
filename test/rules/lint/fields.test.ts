import { expect, test } from "vitest";
import type { DecisionsInput } from "../../../src/rules/input/decisions.ts";
import { lintRules } from "../../../src/rules/lint/lint.ts";
import { defineRules } from "../../../src/rules/rule.ts";

function warned(decisions: DecisionsInput): readonly string[] {
  const rules = [{ name: "a", match: { path: "/a/:id" }, ...decisions }];
  return lintRules(defineRules({ rules }))
    .filter(({ code }) => code === "unkeyed-field")
    .map(({ key, text }) => `${key} ${/\{[^}]+\}/.exec(text)?.[0]}`);
}

const sent = (value: string): DecisionsInput => ({ requestHeaders: { set: { "X-Told": value } } });

// Never a wrong answer: what the origin is told of one client, and may answer by, has to be in the key.
test.each<[title: string, decisions: DecisionsInput, expected: string[]]>([
  ["nothing of the client", sent("edge"), []],
  ["what is in the path", sent("{id}"), []],
  ["what is in the query, of which the origin sees what the key holds", sent("{query.page}"), []],
  ["a secret", sent("{env.KEY}"), []],
  ["an address", sent("{ip}"), ["requestHeaders.x-told {ip}"]],
  ["a country", sent("{country}"), ["requestHeaders.x-told {country}"]],
  ["a country in the key", { ...sent("{country}"), key: { country: true } }, []],
  ["a field", sent("{request.x-tenant}"), ["requestHeaders.x-told {request.x-tenant}"]],
  ["a field in the key", { ...sent("{request.x-tenant}"), key: { headers: ["x-tenant"] } }, []],
  ["a language that is folded", { ...sent("{request.accept-language}"), key: { language: ["en"] } }, []],
  ["the host", sent("{host}"), []],
  [
    "the host of one copy for all",
    { ...sent("{host}"), key: { host: false } },
    ["requestHeaders.x-told {host}"],
  ],
  [
    "two of them, added",
    { requestHeaders: { add: { "X-Told": "{ip} {country}" } } },
    ["requestHeaders.x-told {ip}", "requestHeaders.x-told {country}"],
  ],
  ["an address, for a copy of each user", { ...sent("{ip}"), scope: "user" }, []],
  ["an address, where nothing is stored", { ...sent("{ip}"), cache: false }, []],
])("%s", (_, decisions, expected) => {
  expect(warned(decisions)).toEqual(expected);
});
