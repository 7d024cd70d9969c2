import type { Placeholder, Template } from "../../cache/policy.ts";
import { type Shape, text } from "../shape/shape.ts";
import { refuse, type Spot } from "../shape/spot.ts";
import { suggest } from "../shape/suggest.ts";
import { OWN_SECRETS, TOKEN } from "../shape/texts.ts";
import { parametersOf } from "./parameters.ts";

/** What a placeholder may stand for. */
export type From = Placeholder["from"];

/** What a template in some place of the file may be. */
export interface TemplateKind {
  /** What is allowed, as the messages say it. */
  readonly allowed: string;
  /** What has a value there. */
  readonly places: readonly From[];
  /** Whether what stands between the placeholders will do. `first` is what the text begins with. */
  readonly accepts: (literals: readonly string[], first: string) => boolean;
}

/** A text with placeholders, each of which must have a value here. */
export function template({ allowed, places, accepts }: TemplateKind): Shape<Template> {
  return text({
    allowed,
    parse: (source, spot) => {
      const parts = partsOf(source, places, spot);
      if (parts === undefined) return undefined;
      const literals = parts.filter((part) => typeof part === "string");
      const first = typeof parts[0] === "string" ? parts[0] : "";
      if (source === "" || !accepts(literals, first)) return null;
      return Object.freeze({ source, parts: Object.freeze(parts) });
    },
    pattern: /^[\s\S]+$/,
  });
}

const PIECE = /\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+/g;

type Parts = (string | Placeholder)[];

function partsOf(source: string, places: readonly From[], spot: Spot): Parts | undefined {
  const parts: Parts = [];
  for (const [piece, name] of source.matchAll(PIECE)) {
    if (name !== undefined) {
      const placeholder = placeholderOf(name, places, spot);
      if (placeholder === undefined) return undefined;
      parts.push(placeholder);
    } else if (piece === "{" || piece === "}") {
      return refuse(spot, `braces around a placeholder, or doubled where a brace is meant: ${piece}${piece}`);
    } else append(parts, piece === "{{" ? "{" : piece === "}}" ? "}" : piece);
  }
  return parts;
}

function append(parts: Parts, literal: string): void {
  const last = parts.at(-1);
  if (typeof last === "string") parts[parts.length - 1] = last + literal;
  else parts.push(literal);
}

const FACTS = ["host", "path", "search", "country", "ip"] as const;
const NAMED = ["query", "request", "response", "env"] as const;

function placeholderOf(written: string, places: readonly From[], spot: Spot): Placeholder | undefined {
  const found = parsePlaceholder(written);
  if (found === null || !places.includes(found.from)) return refusePlaceholder(written, places, spot);
  if (found.from === "param") return parameterOf(found, places, spot);
  if (found.from === ENVIRONMENT && "name" in found && OWN_SECRETS.includes(found.name)) {
    return refuse(spot, `a variable that is not a secret of selvedge itself, as ${found.name} is`);
  }
  // In `/files/:path`, does {path} mean the parameter or the whole path?
  if (!("name" in found) && spot.place.paths?.some((path) => parametersOf(path).includes(found.from))) {
    return refuse(spot, `no {${written}} where a path parameter has this name too; rename the parameter`);
  }
  return found;
}

function parsePlaceholder(written: string): Placeholder | null {
  const fact = FACTS.find((each) => each === written);
  if (fact !== undefined) return Object.freeze({ from: fact });
  const dot = written.indexOf(".");
  if (dot === -1)
    return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(written)
      ? Object.freeze({ from: "param", name: written })
      : null;
  const from = NAMED.find((each) => each === written.slice(0, dot));
  const name = from === undefined ? null : nameOf(from, written.slice(dot + 1));
  return from === undefined || name === null ? null : Object.freeze({ from, name });
}

function nameOf(from: (typeof NAMED)[number], name: string): string | null {
  if (from === "query") return name === "" ? null : name;
  if (from === ENVIRONMENT) return /^[A-Z][A-Z0-9_]*$/.test(name) ? name : null;
  return TOKEN.test(name) ? name.toLowerCase() : null;
}

const ENVIRONMENT: From = "env";

// A rule may have several patterns, and the parameter must be in whichever matched.
function parameterOf(
  found: Placeholder & { readonly name: string },
  places: readonly From[],
  spot: Spot,
): Placeholder | undefined {
  if (commonParameters(spot).includes(found.name)) return found;
  const isInSome = spot.place.paths?.some((path) => parametersOf(path).includes(found.name));
  return isInSome
    ? refuse(spot, `a path parameter that every pattern of match.path has, which {${found.name}} is not`)
    : refusePlaceholder(found.name, places, spot);
}

function commonParameters({ place }: Spot): readonly string[] {
  const [first = [], ...others] = (place.paths ?? []).map(parametersOf);
  return first.filter((name) => others.every((each) => each.includes(name)));
}

function refusePlaceholder(written: string, places: readonly From[], spot: Spot): undefined {
  const words = [
    ...(places.includes("param") ? commonParameters(spot) : []),
    ...FACTS.filter((fact) => places.includes(fact)),
  ];
  const named = NAMED.filter((from) => places.includes(from));
  const known = [...words, ...named.map((from) => `${from}.NAME`)].map((each) => `{${each}}`);
  const allowed = `the placeholders ${known.join(", ")}, not {${written}}`;
  return refuse(spot, allowed, braced(nearest(written, words, named)));
}

function nearest(written: string, words: readonly string[], named: readonly string[]): string | null {
  const dot = written.indexOf(".");
  if (dot === -1) return suggest(written, words);
  const from = suggest(written.slice(0, dot), named);
  return from === null || from === written.slice(0, dot) ? null : from + written.slice(dot);
}

function braced(name: string | null): string | null {
  return name === null ? null : `{${name}}`;
}
