/**
 * RFC 9111 §4.1: which stored response a request selects. The fields are client hints, which are left to the origin
 * to name in `Vary`: a field of unknown meaning is part of the key where the origin gives the lifetime.
 */

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
  const headers = { "Cache-Control": "max-age=3600", Vary: "Sec-CH-Lang" };
  return {
    headers: { "Sec-CH-Lang": language },
    origin: { headers, body },
    fromCache: false,
    answerBody: body,
  };
}

export const vary: Table = {
  "RFC 9111 §4.1 Calculating Cache Keys with the Vary Header Field": [
    selects("the same value", "Sec-CH-Foo", [{ "Sec-CH-Foo": "1" }, { "Sec-CH-Foo": "1" }], same),
    selects("another value", "Sec-CH-Foo", [{ "Sec-CH-Foo": "1" }, { "Sec-CH-Foo": "2" }], other),
    selects(
      "a value that begins alike",
      "Sec-CH-Foo",
      [{ "Sec-CH-Foo": "1" }, { "Sec-CH-Foo": "12" }],
      other,
    ),
    selects("values are case-sensitive", "Sec-CH-Foo", [{ "Sec-CH-Foo": "a" }, { "Sec-CH-Foo": "A" }], other),
    selects("absent from the second", "Sec-CH-Foo", [{ "Sec-CH-Foo": "1" }, {}], other),
    selects("absent from the first", "Sec-CH-Foo", [{}, { "Sec-CH-Foo": "1" }], other),
    selects("absent from both", "Sec-CH-Foo", [{}, {}], same),
    selects("empty is not absent", "Sec-CH-Foo", [{ "Sec-CH-Foo": "" }, {}], other),
    selects("names in any case", "SEC-CH-FOO", [{ "Sec-CH-Foo": "1" }, { "sec-ch-foo": "1" }], same),
    selects(
      "names in any case, another value",
      "SEC-CH-FOO",
      [{ "Sec-CH-Foo": "1" }, { "sec-ch-foo": "2" }],
      other,
    ),
    selects("a field it does not name", "Sec-CH-Foo", [{ "Sec-CH-Bar": "1" }, { "Sec-CH-Bar": "2" }], same),
    selects(
      "two fields, both the same",
      "Sec-CH-Foo, Sec-CH-Bar",
      [
        { "Sec-CH-Foo": "1", "Sec-CH-Bar": "2" },
        { "Sec-CH-Foo": "1", "Sec-CH-Bar": "2" },
      ],
      same,
    ),
    selects(
      "two fields, one different",
      "Sec-CH-Foo, Sec-CH-Bar",
      [
        { "Sec-CH-Foo": "1", "Sec-CH-Bar": "2" },
        { "Sec-CH-Foo": "1", "Sec-CH-Bar": "3" },
      ],
      other,
    ),
    selects(
      "two fields, exchanged values",
      "Sec-CH-Foo, Sec-CH-Bar",
      [
        { "Sec-CH-Foo": "1", "Sec-CH-Bar": "2" },
        { "Sec-CH-Foo": "2", "Sec-CH-Bar": "1" },
      ],
      other,
    ),
    selects(
      "three fields, the last absent",
      "Sec-CH-Foo, Sec-CH-Bar, Sec-CH-Baz",
      [
        { "Sec-CH-Foo": "1", "Sec-CH-Bar": "2" },
        { "Sec-CH-Foo": "1", "Sec-CH-Bar": "2" },
      ],
      same,
    ),
    selects(
      "two lines of Vary",
      ["Sec-CH-Foo", "Sec-CH-Bar"],
      [
        { "Sec-CH-Foo": "1", "Sec-CH-Bar": "2" },
        { "Sec-CH-Foo": "1", "Sec-CH-Bar": "3" },
      ],
      other,
    ),
    selects(
      "no whitespace in Vary",
      "Sec-CH-Foo,Sec-CH-Bar",
      [
        { "Sec-CH-Foo": "1", "Sec-CH-Bar": "2" },
        { "Sec-CH-Foo": "1", "Sec-CH-Bar": "3" },
      ],
      other,
    ),
    selects("empty members of Vary", ", Sec-CH-Foo,,", [{ "Sec-CH-Foo": "1" }, { "Sec-CH-Foo": "1" }], same),
    selects("an empty Vary", "", [{ "Sec-CH-Foo": "1" }, { "Sec-CH-Foo": "2" }], same),
    selects(
      "whitespace around commas",
      "Sec-CH-Foo",
      [{ "Sec-CH-Foo": "1, 2" }, { "Sec-CH-Foo": "1,2" }],
      same,
    ),
    selects(
      "two lines and one",
      "Sec-CH-Foo",
      [{ "Sec-CH-Foo": ["1", "2"] }, { "Sec-CH-Foo": "1, 2" }],
      same,
    ),
    selects(
      "the order of a list of unknown syntax",
      "Sec-CH-Foo",
      [{ "Sec-CH-Foo": "1, 2" }, { "Sec-CH-Foo": "2, 1" }],
      other,
    ),
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
    selects("a name that is no token", "Sec-CH-Foo bar", [{}, {}], other),
    {
      name: "several variants stay stored side by side",
      steps: [
        answersOf("de", "Tuch"),
        answersOf("en", "cloth"),
        answersOf("fr", "toile"),
        { headers: { "Sec-CH-Lang": "de" }, fromCache: true, answerBody: "Tuch" },
        { headers: { "Sec-CH-Lang": "en" }, fromCache: true, answerBody: "cloth" },
        { headers: { "Sec-CH-Lang": "fr" }, fromCache: true, answerBody: "toile" },
      ],
    },
    {
      name: "variants of different fields",
      steps: [
        {
          headers: { "Sec-CH-A": "1" },
          origin: { headers: { "Cache-Control": "max-age=3600", Vary: "Sec-CH-A" }, body: "by A" },
          fromCache: false,
        },
        {
          headers: { "Sec-CH-A": "2", "Sec-CH-B": "1" },
          origin: {
            headers: { "Cache-Control": "max-age=3600", Vary: "Sec-CH-A, Sec-CH-B" },
            body: "by A and B",
          },
          fromCache: false,
        },
        { headers: { "Sec-CH-A": "1", "Sec-CH-B": "9" }, fromCache: true, answerBody: "by A" },
        { headers: { "Sec-CH-A": "2", "Sec-CH-B": "1" }, fromCache: true, answerBody: "by A and B" },
        { headers: { "Sec-CH-A": "2", "Sec-CH-B": "2" }, fromCache: false },
      ],
    },
    {
      name: "where several fit, the most recent Date",
      steps: [
        {
          headers: { "Sec-CH-A": "1", "Sec-CH-B": "1" },
          origin: {
            headers: {
              "Cache-Control": "max-age=3600",
              Vary: "Sec-CH-A",
              Date: new Date(Date.now() - 60_000).toUTCString(),
            },
            body: "old",
          },
          fromCache: false,
        },
        {
          headers: { "Sec-CH-A": "2", "Sec-CH-B": "1" },
          origin: { headers: { "Cache-Control": "max-age=3600", Vary: "Sec-CH-B" }, body: "new" },
          fromCache: false,
        },
        { headers: { "Sec-CH-A": "1", "Sec-CH-B": "1" }, fromCache: true, answerBody: "new" },
      ],
    },
    {
      name: "the stale variants are validated with their own validators",
      steps: [
        {
          headers: { "Sec-CH-Foo": "1" },
          origin: {
            headers: { "Cache-Control": "max-age=0", Vary: "Sec-CH-Foo", ETag: '"one"' },
            body: "one",
          },
          fromCache: false,
        },
        {
          headers: { "Sec-CH-Foo": "2" },
          origin: {
            headers: { "Cache-Control": "max-age=0", Vary: "Sec-CH-Foo", ETag: '"two"' },
            body: "two",
          },
          fromCache: false,
        },
        {
          headers: { "Sec-CH-Foo": "1" },
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
          origin: { headers: { "Cache-Control": "max-age=3600", Vary: "Sec-CH-Foo, Sec-CH-Bar" } },
          fromCache: false,
          answers: { Vary: "Sec-CH-Foo, Sec-CH-Bar" },
        },
        { fromCache: true, answers: { Vary: "Sec-CH-Foo, Sec-CH-Bar" } },
      ],
    },
  ],
};
