import type { NamedTest, RuleMatch, Wanted } from "../rule.ts";
import { either, lazy, list, object, oneOrMore, record } from "../shape/compound.ts";
import {
  boolean,
  type Keys,
  mapped,
  pattern,
  type Shape,
  text,
  type ValuesOf,
  whole,
} from "../shape/shape.ts";
import { refuse } from "../shape/spot.ts";
import { anyText, cookieName, fieldName, method } from "../shape/texts.ts";
import { expression } from "./expression.ts";
import { continent, country, extension, host, pathPattern, tlsVersion } from "./match-texts.ts";
import { network } from "./network.ts";

const TEST_ALLOWED =
  "true (present), false (absent), a string (equal), a list of strings (one of them) or { matches: an expression }";

const value: Shape<string> = text({ allowed: "a string", parse: (written) => written });
const someValues = list(value, TEST_ALLOWED, 1);

/** What is wanted of something by name. */
export const fieldTest: Shape<Wanted> = {
  allowed: TEST_ALLOWED,
  takes: () => true,
  parse: (spot) => {
    const written = spot.value;
    if (typeof written === "boolean") return written;
    if (expression.takes(written)) return expression.parse(spot);
    const values: readonly unknown[] = Array.isArray(written) ? written : [written];
    const texts = values.filter((each) => typeof each === "string");
    if (texts.length === 0 || texts.length < values.length) return refuse(spot, TEST_ALLOWED);
    return Object.freeze(texts);
  },
  form: { kind: "either", shapes: [boolean, value, someValues, expression] },
};

const parameterName = pattern(/^[\s\S]+$/, "the name of a query parameter, not empty");

function tests(names: Shape<string>): Shape<readonly NamedTest[]> {
  return mapped(record(names, fieldTest, `an object of names, each with ${TEST_ALLOWED}`), (entries) =>
    Object.freeze(entries.map(([name, wanted]): NamedTest => Object.freeze({ name, wanted }))),
  );
}

const CONDITIONS_ALLOWED = "a list of conditions, each an object as match is one, and not empty";

const nested: Shape<RuleMatch> = lazy("an object as match is one, and not empty", () => condition);

const KEYS = {
  path: oneOrMore(pathPattern, "a path pattern or a list of them, each"),
  extension: oneOrMore(extension, "an extension or a list of them, each"),
  method: oneOrMore(method, "a method or a list of them, each"),
  host: oneOrMore(host, "a host or a list of them, each"),
  query: tests(parameterName),
  headers: tests(fieldName),
  cookies: tests(cookieName),
  country: oneOrMore(country, "a country or a list of them, each"),
  continent: oneOrMore(continent, "a continent or a list of them, each"),
  asn: oneOrMore(
    whole(1, 4_294_967_295, "the number of an autonomous system"),
    "a number or a list of them, each",
  ),
  tlsVersion: oneOrMore(tlsVersion, "a TLS version or a list of them, each"),
  bot: either<boolean | readonly string[]>(
    boolean,
    oneOrMore(anyText, '"verified", "unverified", the category of a verified bot, or a list of them, each'),
  ),
  ip: oneOrMore(network, "an address or network or a list of them, each"),
  not: oneOrMoreNested(),
  any: list(nested, CONDITIONS_ALLOWED, 1),
  all: list(nested, CONDITIONS_ALLOWED, 1),
} satisfies Keys;

function oneOrMoreNested(): Shape<readonly RuleMatch[]> {
  return oneOrMore(nested, "a condition or a list of them, each");
}

const NONE: readonly never[] = Object.freeze([]);

function matchOf(values: ValuesOf<typeof KEYS>): RuleMatch {
  return Object.freeze<RuleMatch>({
    path: values.path ?? NONE,
    extension: values.extension ?? NONE,
    method: values.method ?? NONE,
    host: values.host ?? NONE,
    query: values.query ?? NONE,
    headers: values.headers ?? NONE,
    cookies: values.cookies ?? NONE,
    country: values.country ?? NONE,
    continent: values.continent ?? NONE,
    asn: values.asn ?? NONE,
    tlsVersion: values.tlsVersion ?? NONE,
    bot: values.bot ?? null,
    ip: values.ip ?? NONE,
    not: values.not ?? NONE,
    any: values.any ?? NONE,
    all: values.all ?? NONE,
  });
}

/** What a rule matches on. */
export const match: Shape<RuleMatch> = object("MatchInput", KEYS, matchOf);

// An empty condition holds for every request: in a list of conditions it is one that was forgotten to fill.
const condition: Shape<RuleMatch> = object("MatchInput", KEYS, matchOf, { least: 1 });
