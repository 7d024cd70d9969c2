import type { Placeholder, Template } from "../policy.ts";
import { type Subject, valueAt } from "./template.ts";

/** Where in a URL a text ends. After the first "?" or "#" all is data. */
type Position = "authority" | "path" | "query";

/**
 * A path, with a query where the template has one, to ask an origin for. Each value is one segment, or part of
 * one; only `{path}` and `{search}` are taken as they are, and they too only where no "?" comes before them.
 * Null where a place has no value, or one that would make another path of it: an empty one, or one with "..".
 */
export function renderPath(template: Template, subject: Subject): string | null {
  const path = fill(template, subject, "path");
  return path === null || path.startsWith("/") ? path : `/${path}`;
}

/**
 * As `renderPath`, for a whole URL or a reference to one, such as that of a redirect. Which host it names is the
 * template's own text to say: of the places only `{host}` and `{country}` are taken in there, others make it null.
 */
export function renderUrl(template: Template, subject: Subject): string | null {
  const url = fill(template, subject, "url");
  if (url === null || namesHost(url) === namesHost(literalStart(template))) return url;
  // RFC 3986 §4.2: a path that begins with "//" would be taken for a host.
  return url.startsWith("//") ? `/.${url}` : null;
}

function fill({ parts }: Template, subject: Subject, kind: "path" | "url"): string | null {
  let text = "";
  for (const part of parts) {
    const next =
      typeof part === "string" ? encodeLiteral(part) : placed(part, subject, positionAt(text, kind));
    if (next === null) return null;
    text += next;
  }
  return text;
}

function positionAt(text: string, kind: "path" | "url"): Position {
  if (text.includes("?") || text.includes("#")) return "query";
  return kind === "url" && AUTHORITY.test(text) ? "authority" : "path";
}

const AUTHORITY = /^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/]*$/i;

function literalStart({ parts: [first] }: Template): string {
  return typeof first === "string" ? first : "";
}

function namesHost(text: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:)?\/\//i.test(text);
}

function placed(place: Placeholder, subject: Subject, position: Position): string | null {
  const value = valueAt(place, subject);
  if (value === null) return null;
  switch (position) {
    case "authority":
      return IN_AUTHORITY.has(place.from) || AS_IT_IS.has(place.from) ? value : null;
    case "path":
      return AS_IT_IS.has(place.from) ? value : segment(value);
    case "query":
      return encode(value);
    default:
      return position satisfies never;
  }
}

// The platform's word, in which nothing ends a host.
const IN_AUTHORITY: ReadonlySet<Placeholder["from"]> = new Set(["host", "country"]);
// These begin with "/" and "?" and are in the form that the URL standard gives them.
const AS_IT_IS: ReadonlySet<Placeholder["from"]> = new Set(["path", "search"]);

// Some servers decode before they look for "..", and some twice.
function segment(value: string): string | null {
  return value === "" || value.split(/[/\\]/).some(isDots) ? null : encode(value);
}

function encode(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

/** What the operator wrote stays, but for characters that no URL has. */
function encodeLiteral(text: string): string {
  return text.replace(/[^\x21-\x7e]+/g, encode);
}

// Alone or together with the template's own dots.
function isDots(segment: string): boolean {
  return /^(?:\.|%2e){1,2}$/i.test(segment);
}
