/** RFC 9111 §4.1: which stored response a request selects. */

import type { Fields } from "../../support/origin.ts";
import type { Case, Step, Table } from "../table.ts";

/** Asked with the first fields, then with the second: does the stored response fit? */
function selects(
  name: string,
  vary: string | readonly string[],
  [first, second]: [Fields, Fields],
  fromCache: boolean,
): Case {
  return {
    name,
    steps: [
      {
        headers: first,
        origin: { headers: { "Cache-Control": "max-age=3600", Vary: vary } },
        fromCache: false,
      },
      { headers: second, fromCache },
    ],
  };
}

const same = true;
const other = false;

function answersOf(language: string, body: string): Step {
  const headers = { "Cache-Control": "max-age=3600", Vary: "X-Lang" };
  return { headers: { "X-Lang": language }, origin: { headers, body }, fromCache: false, answerBody: body };
}

export const vary: Table = {
  "RFC 9111 §4.1 Calculating Cache Keys with the Vary Header Field": [
    selects("the same value", "Foo", [{ Foo: "1" }, { Foo: "1" }], same),
    selects("another value", "Foo", [{ Foo: "1" }, { Foo: "2" }], other),
    selects("a value that begins alike", "Foo", [{ Foo: "1" }, { Foo: "12" }], other),
    selects("values are case-sensitive", "Foo", [{ Foo: "a" }, { Foo: "A" }], other),
    selects("absent from the second", "Foo", [{ Foo: "1" }, {}], other),
    selects("absent from the first", "Foo", [{}, { Foo: "1" }], other),
    selects("absent from both", "Foo", [{}, {}], same),
    selects("empty is not absent", "Foo", [{ Foo: "" }, {}], other),
    selects("names in any case", "FOO", [{ Foo: "1" }, { foo: "1" }], same),
    selects("names in any case, another value", "FOO", [{ Foo: "1" }, { foo: "2" }], other),
    selects("a field it does not name", "Foo", [{ Bar: "1" }, { Bar: "2" }], same),
    selects(
      "two fields, both the same",
      "Foo, Bar",
      [
        { Foo: "1", Bar: "2" },
        { Foo: "1", Bar: "2" },
      ],
      same,
    ),
    selects(
      "two fields, one different",
      "Foo, Bar",
      [
        { Foo: "1", Bar: "2" },
        { Foo: "1", Bar: "3" },
      ],
      other,
    ),
    selects(
      "two fields, exchanged values",
      "Foo, Bar",
      [
        { Foo: "1", Bar: "2" },
        { Foo: "2", Bar: "1" },
      ],
      other,
    ),
    selects(
      "three fields, the last absent",
      "Foo, Bar, Baz",
      [
        { Foo: "1", Bar: "2" },
        { Foo: "1", Bar: "2" },
      ],
      same,
    ),
    selects(
      "two lines of Vary",
      ["Foo", "Bar"],
      [
        { Foo: "1", Bar: "2" },
        { Foo: "1", Bar: "3" },
      ],
      other,
    ),
    selects(
      "no whitespace in Vary",
      "Foo,Bar",
      [
        { Foo: "1", Bar: "2" },
        { Foo: "1", Bar: "3" },
      ],
      other,
    ),
    selects("empty members of Vary", ", Foo,,", [{ Foo: "1" }, { Foo: "1" }], same),
    selects("an empty Vary", "", [{ Foo: "1" }, { Foo: "2" }], same),
    selects("whitespace around commas", "Foo", [{ Foo: "1, 2" }, { Foo: "1,2" }], same),
    selects("two lines and one", "Foo", [{ Foo: ["1", "2"] }, { Foo: "1, 2" }], same),
    selects("the order of a list of unknown syntax", "Foo", [{ Foo: "1, 2" }, { Foo: "2, 1" }], other),
    selects(
      "Accept-Language in another case",
      "Accept-Language",
      [{ "Accept-Language": "EN" }, { "Accept-Language": "en" }],
      same,
    ),
    selects(
      "Accept-Language in another order",
      "Accept-Language",
      [{ "Accept-Language": "en, de" }, { "Accept-Language": "de, en" }],
      other,
    ),
    selects("Accept", "Accept", [{ Accept: "text/html" }, { Accept: "application/json" }], other),
    selects("Cookie", "Cookie", [{ Cookie: "a=1" }, { Cookie: "a=2" }], other),
    selects("Origin", "Origin", [{ Origin: "https://a.example" }, { Origin: "https://b.example" }], other),
    selects("User-Agent", "User-Agent", [{ "User-Agent": "a" }, { "User-Agent": "a" }], same),
    selects("a name that is no token", "Foo bar", [{}, {}], other),
    {
      name: "several variants stay stored side by side",
      steps: [
        answersOf("de", "Tuch"),
        answersOf("en", "cloth"),
        answersOf("fr", "toile"),
        { headers: { "X-Lang": "de" }, fromCache: true, answerBody: "Tuch" },
        { headers: { "X-Lang": "en" }, fromCache: true, answerBody: "cloth" },
        { headers: { "X-Lang": "fr" }, fromCache: true, answerBody: "toile" },
      ],
    },
    {
      name: "variants of different fields",
      steps: [
        {
          headers: { A: "1" },
          origin: { headers: { "Cache-Control": "max-age=3600", Vary: "A" }, body: "by A" },
          fromCache: false,
        },
        {
          headers: { A: "2", B: "1" },
          origin: { headers: { "Cache-Control": "max-age=3600", Vary: "A, B" }, body: "by A and B" },
          fromCache: false,
        },
        { headers: { A: "1", B: "9" }, fromCache: true, answerBody: "by A" },
        { headers: { A: "2", B: "1" }, fromCache: true, answerBody: "by A and B" },
        { headers: { A: "2", B: "2" }, fromCache: false },
      ],
    },
    {
      name: "where several fit, the most recent Date",
      steps: [
        {
          headers: { A: "1", B: "1" },
          origin: {
            headers: {
              "Cache-Control": "max-age=3600",
              Vary: "A",
              Date: new Date(Date.now() - 60_000).toUTCString(),
            },
            body: "old",
          },
          fromCache: false,
        },
        {
          headers: { A: "2", B: "1" },
          origin: { headers: { "Cache-Control": "max-age=3600", Vary: "B" }, body: "new" },
          fromCache: false,
        },
        { headers: { A: "1", B: "1" }, fromCache: true, answerBody: "new" },
      ],
    },
    {
      name: "the stale variants are validated with their own validators",
      steps: [
        {
          headers: { Foo: "1" },
          origin: { headers: { "Cache-Control": "max-age=0", Vary: "Foo", ETag: '"one"' }, body: "one" },
          fromCache: false,
        },
        {
          headers: { Foo: "2" },
          origin: { headers: { "Cache-Control": "max-age=0", Vary: "Foo", ETag: '"two"' }, body: "two" },
          fromCache: false,
        },
        {
          headers: { Foo: "1" },
          origin: { status: 304, headers: { ETag: '"one"' } },
          fromCache: false,
          sent: { "If-None-Match": /"one"/ },
          status: 200,
          answerBody: "one",
        },
      ],
    },
    {
      name: "Vary is in the answer",
      steps: [
        {
          origin: { headers: { "Cache-Control": "max-age=3600", Vary: "Foo, Bar" } },
          fromCache: false,
          answers: { Vary: "Foo, Bar" },
        },
        { fromCache: true, answers: { Vary: "Foo, Bar" } },
      ],
    },
  ],
};
