import type { Policy } from "../cache/types.ts";
import { validateRules } from "./validate.ts";

/** Seconds as a number, or a whole number with its unit: `"30s"`, `"10m"`, `"1h"`, `"1d"`, `"2w"`. */
export type Duration = number | `${number}${"s" | "m" | "h" | "d" | "w"}`;

/** `true`: present. `false`: absent. A string: equal to it. A list: equal to one of them. */
export type FieldTest = boolean | string | readonly string[];

/** A request method in capitals. The union is for completion; any other method is accepted also. */
export type Method =
  | "GET"
  | "HEAD"
  | "POST"
  | "PUT"
  | "PATCH"
  | "DELETE"
  | "OPTIONS"
  | (string & Record<never, never>);

/** Which query parameters are in the key, and so reach the origin. */
export type QueryInput =
  | "all"
  | "none"
  | { readonly include: readonly string[] }
  | { readonly exclude: readonly string[] };

/** Which requests a rule is for. Every key that is written must hold; a key left out holds always. */
export interface MatchInput {
  /** Pathname pattern in URLPattern syntax: `/products/:id`, `/blog/*`. Default: every path. */
  readonly path?: string | readonly string[];
  /** Method or methods; GET includes HEAD. Default: every method, so that a pass rule covers writes too. */
  readonly method?: Method | readonly Method[];
  /** Tests of query parameters by name: `{ page: true, preview: false }`. Default: none. */
  readonly query?: Readonly<Record<string, FieldTest>>;
  /** Tests of request header fields by name, which may be written in any case. Default: none. */
  readonly headers?: Readonly<Record<string, FieldTest>>;
  /** Host name without port, or `*.example.com` for every name below it. Default: every host. */
  readonly host?: string | readonly string[];
}

/** What is to be done with a request that matches. */
export interface DecisionsInput {
  /** `true`: cache as the origin's headers and the keys below say. `false`: pass. Default: `true`. */
  readonly cache?: boolean;
  /** Freshness lifetime at the edge in seconds. Default: the origin's. Not together with `cache: false`. */
  readonly edgeTtl?: Duration;
  /** `max-age` that browsers are sent, in seconds. Default: what the origin sent. */
  readonly browserTtl?: Duration;
  /** How long, in seconds, a stale response may be served while it is refreshed. Default: the origin's directive. */
  readonly staleWhileRevalidate?: Duration;
  /** How long, in seconds, a stale response may stand in for a failing origin. Default: the origin's directive. */
  readonly staleIfError?: Duration;
  /** Query parameters in the key; the others do not reach the origin. Default: `"all"`. */
  readonly query?: QueryInput;
  /** Names to purge by, up to 128 characters each, without blanks and commas. Default: none. */
  readonly tags?: readonly string[];
  /** Whether a request's `Cache-Control` and `Pragma` are obeyed. Default: `"ignore"`. */
  readonly clientDirectives?: "honor" | "ignore";
  /** Whether a lifetime may be guessed where the origin gives none (RFC 9111 §4.2.2). Default: `false`. */
  readonly heuristicFreshness?: boolean;
  /** A response with `Set-Cookie` is not stored, or stored without that field. Default: `"bypass"`. */
  readonly setCookie?: "bypass" | "strip";
}

/** One rule as the operator writes it. */
export interface RuleInput extends DecisionsInput {
  /** Unique; it appears in logs, statistics and explanations. Up to 64 printable ASCII characters. */
  readonly name: string;
  /** Which requests it is for; `{}` is every request. */
  readonly match: MatchInput;
}

/** The rules file. */
export interface RulesInput {
  /** Decisions for every rule that does not say otherwise, and for requests that no rule matches. */
  readonly defaults?: DecisionsInput;
  /** In order: the first rule that matches decides. */
  readonly rules: readonly RuleInput[];
}

/** `true`: present. `false`: absent. Otherwise the values it may have. */
export interface NamedTest {
  readonly name: string;
  readonly wanted: boolean | readonly string[];
}

/** A rule's conditions, validated. An empty list holds for every request. */
export interface RuleMatch {
  readonly path: readonly string[];
  readonly method: readonly string[];
  readonly query: readonly NamedTest[];
  readonly headers: readonly NamedTest[];
  readonly host: readonly string[];
}

/** A rule, validated, with every default filled in. */
export interface Rule {
  readonly name: string;
  readonly match: RuleMatch;
  readonly policy: Policy;
}

/** The rules file, validated. */
export interface RuleSet {
  readonly rules: readonly Rule[];
  /** The policy of a request that no rule matches. */
  readonly defaults: Policy;
}

/** Validates the rules. Throws one `RulesError` that names every mistake. */
export function defineRules(input: RulesInput): RuleSet {
  return validateRules(input);
}
