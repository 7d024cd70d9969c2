import type { KeyedField, KeyPolicy, Policy } from "../../cache/policy.ts";
import { isOfHttp } from "../../cache/request/request-fields.ts";
import { hostMatches, withHead } from "../match/condition-target.ts";
import type { NamedTest, RuleMatch, RuleSet } from "../rule.ts";
import { covers } from "./cover.ts";
import { coversPath } from "./cover-path.ts";
import { mayStore } from "./ttl.ts";
import { about, label, type PlacedRule, type RuleWarning } from "./warning.ts";

/**
 * Rules that hold for some requests of a URL, where its other requests come to a rule that stores too, under the
 * same key: what one stores, the other serves.
 */
export function lintUnkeyed(rules: readonly PlacedRule[], { defaults }: RuleSet): readonly RuleWarning[] {
  return rules.flatMap((placed) => unkeyedOf(placed, rules.slice(placed.index + 1), defaults));
}

function unkeyedOf(
  placed: PlacedRule,
  later: readonly PlacedRule[],
  defaults: Policy,
): readonly RuleWarning[] {
  const { match, policy } = placed.rule;
  const conditions = mayStore(placed.rule) ? unkeyed(match, policy) : [];
  if (conditions.length === 0) return [];
  const other = alternativeTo(match, later);
  if (other === "none" || (other === null && defaults.action === "pass")) return [];
  if (!sharesKeys(policy, other?.rule.policy ?? defaults)) return [];
  const others = other === null ? "requests that no rule matches" : `those of ${label(other)}`;
  const are = conditions.length === 1 ? "is" : "are";
  return [
    about(placed, {
      key: conditions[0] ?? "match",
      code: "unkeyed-condition",
      text: `${conditions.join(", ")} ${are} not in the key, so its copies are also served to ${others}. ${remedyOf(conditions)}`,
    }),
  ];
}

function remedyOf(conditions: readonly string[]): string {
  const isKeyable = conditions.every((condition) => /\.(?:headers|cookies)\.|\.country$/.test(condition));
  const inKey = isKeyable ? "Put it in key in both, give" : "Give";
  return `${inKey} this rule a key.version of its own, or pass the other requests`;
}

/** Where in a rule its match stands, and whether it is one that must not hold. */
const WHOLE = { at: "match", isNegated: false };

/** What a match asks of a request besides its URL and method, and what the key does not tell apart. */
function unkeyed(match: RuleMatch, policy: Policy, { at, isNegated } = WHOLE): readonly string[] {
  const facts = ["continent", "asn", "tlsVersion", "ip"] as const;
  const { key } = policy;
  const headers = isNegated ? match.headers : match.headers.filter((test) => !isTold(test, policy));
  return [
    ...named(headers, headersIn(key), `${at}.headers`),
    ...named(match.cookies, key.cookies, `${at}.cookies`),
    ...(match.country.length > 0 && !key.country ? [`${at}.country`] : []),
    ...facts.filter((fact) => match[fact].length > 0).map((fact) => `${at}.${fact}`),
    ...(match.bot === null ? [] : [`${at}.bot`]),
    ...(["not", "any", "all"] as const).flatMap((kind) =>
      match[kind].flatMap((one, index) =>
        unkeyed(one, policy, { at: `${at}.${kind}[${index}]`, isNegated: isNegated || kind === "not" }),
      ),
    ),
  ];
}

/** Whether the engine has the field in the key because the rule asks for it: then who sends it has copies apart. */
function isTold({ name, wanted }: NamedTest, { otherFields }: Policy): boolean {
  return wanted !== false && !isOfHttp(name) && !otherFields.forward.includes(name);
}

function named(tests: readonly NamedTest[], keyed: readonly KeyedField[], at: string): readonly string[] {
  const isKeyed = ({ name, wanted }: NamedTest) =>
    keyed.some((field) => field.name === name && (field.by === "value" || typeof wanted === "boolean"));
  return tests.filter((test) => !isKeyed(test)).map(({ name }) => `${at}.${name}`);
}

// Those that are negotiated or classed tell apart what rules ask of them, more or less.
function headersIn(key: KeyPolicy): readonly KeyedField[] {
  const folded = [
    ...(key.languages.length > 0 ? ["accept-language"] : []),
    ...(key.mediaTypes.length > 0 ? ["accept"] : []),
    ...(key.encodings.length > 0 ? ["accept-encoding"] : []),
    ...(key.device ? ["user-agent", "sec-ch-ua-mobile", "sec-ch-ua-platform"] : []),
  ];
  return [...key.headers, ...folded.map((name): KeyedField => ({ name, by: "value" }))];
}

/** The rule that stores what a match leaves of its URLs; null: no rule has all of it; or none stores. */
function alternativeTo(match: RuleMatch, later: readonly PlacedRule[]): PlacedRule | "none" | null {
  const urls = { ...match, ...NOTHING_OF_THE_CLIENT };
  const end = later.findIndex(({ rule }) => covers(rule.match, urls));
  const within = end === -1 ? later : later.slice(0, end + 1);
  const found = within.find(({ rule }) => mayStore(rule) && isAlternative(match, rule.match));
  return found ?? (end === -1 ? null : "none");
}

const NOTHING_OF_THE_CLIENT = {
  ...{ headers: [], cookies: [], country: [], continent: [], asn: [], tlsVersion: [] },
  ...{ bot: null, ip: [], not: [], any: [], all: [] },
} satisfies Partial<RuleMatch>;

/** Whether requests for the same URL may come to either, as far as paths, hosts and methods tell. */
function isAlternative(match: RuleMatch, other: RuleMatch): boolean {
  return (
    meet(match.path, other.path, (one, two) => coversPath(one, two) || coversPath(two, one)) &&
    meet(match.host, other.host, (one, two) => hostMatches(one, two) || hostMatches(two, one)) &&
    meet(match.extension, other.extension, (one, two) => one === two) &&
    meet(withHead(match.method), withHead(other.method), (one, two) => one === two)
  );
}

function meet(
  some: readonly string[],
  others: readonly string[],
  same: (one: string, two: string) => boolean,
): boolean {
  return some.length === 0 || others.length === 0 || some.some((one) => others.some((two) => same(one, two)));
}

/** Whether what is stored under one policy may be found under another: keys are made of the same parts. */
function sharesKeys(one: Policy, other: Policy): boolean {
  return (
    one.scope.kind === "shared" && other.scope.kind === "shared" && partsOf(one.key) === partsOf(other.key)
  );
}

function partsOf(key: KeyPolicy): string {
  const { version, device, country, languages, mediaTypes, encodings } = key;
  const names = (fields: readonly KeyedField[]) => fields.map(({ name }) => name);
  const folded = [languages, mediaTypes, encodings].map(({ length }) => length > 0);
  return JSON.stringify([version, names(key.headers), names(key.cookies), device, country, folded]);
}
