import type { RequestHead } from "../cache/types.ts";
import type { NamedTest, RuleMatch } from "./rule.ts";

/** One thing besides the path that must hold for a rule to match. */
export interface Condition {
  readonly holds: (request: RequestHead) => boolean;
  /** Why it does not hold, as a sentence about this request. */
  readonly whyNot: (request: RequestHead) => string;
}

/** The conditions of a rule besides its path, the cheap ones first. */
export function conditionsOf(match: RuleMatch): readonly Condition[] {
  return [
    ...(match.method.length === 0 ? [] : [methodCondition(match.method)]),
    ...(match.host.length === 0 ? [] : [hostCondition(match.host)]),
    ...match.headers.map(headerCondition),
    ...match.query.map(queryCondition),
  ];
}

// HEAD is answered from what GET stores (RFC 9110 §9.3.2), so a rule for GET is one for HEAD too.
function methodCondition(listed: readonly string[]): Condition {
  const methods = listed.includes("GET") && !listed.includes("HEAD") ? [...listed, "HEAD"] : listed;
  return {
    holds: (request) => methods.includes(request.method),
    whyNot: (request) => `method ${quote(request.method)} is not ${anyOf(methods)}`,
  };
}

function hostCondition(hosts: readonly string[]): Condition {
  return {
    holds: (request) => hosts.some((host) => hostMatches(host, request.url.hostname)),
    whyNot: (request) => `host ${quote(request.url.hostname)} is not ${anyOf(hosts)}`,
  };
}

// `*.example.com` is every name below example.com, and not example.com itself.
function hostMatches(pattern: string, hostname: string): boolean {
  if (!pattern.startsWith("*.")) return pattern === hostname;
  return hostname.length >= pattern.length && hostname.endsWith(pattern.slice(1));
}

function headerCondition({ name, wanted }: NamedTest): Condition {
  if (typeof wanted === "boolean") {
    return presence(wanted, `header "${name}"`, (request) => request.headers.has(name));
  }
  return {
    holds: (request) => {
      const value = request.headers.get(name);
      return value !== null && satisfies(value, wanted);
    },
    whyNot: (request) => `header "${name}" is ${shown(request.headers.get(name))}, not ${wantedText(wanted)}`,
  };
}

function queryCondition({ name, wanted }: NamedTest): Condition {
  const label = `query parameter ${quote(name)}`;
  if (typeof wanted === "boolean") {
    return presence(wanted, label, (request) => request.url.searchParams.has(name));
  }
  // A parameter may be repeated, and which of its values an origin takes is not known here: any will do.
  return {
    holds: (request) => request.url.searchParams.getAll(name).some((value) => satisfies(value, wanted)),
    whyNot: ({ url }) => `${label} is ${shown(parameter(url, name))}, not ${wantedText(wanted)}`,
  };
}

function satisfies(value: string, wanted: readonly string[] | RegExp): boolean {
  return wanted instanceof RegExp ? wanted.test(value) : wanted.includes(value);
}

function wantedText(wanted: readonly string[] | RegExp): string {
  return wanted instanceof RegExp ? String(wanted) : anyOf(wanted);
}

function parameter(url: URL, name: string): string | null {
  return url.searchParams.has(name) ? url.searchParams.getAll(name).join(", ") : null;
}

function presence(wanted: boolean, label: string, isPresent: (request: RequestHead) => boolean): Condition {
  return {
    holds: (request) => isPresent(request) === wanted,
    whyNot: () => (wanted ? `${label} is absent` : `${label} is present`),
  };
}

function shown(value: string | null): string {
  return value === null ? "absent" : quote(value);
}

/** Alternatives as a sentence has them. */
export function anyOf(choices: readonly string[]): string {
  return choices.map(quote).join(" or ");
}

/** A text in quotation marks, with what cannot be printed escaped. */
export function quote(text: string): string {
  return JSON.stringify(text);
}
