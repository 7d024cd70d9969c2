import type { Placeholder, Template } from "../policy.ts";
import type { RequestHead, ResponseHead } from "../types.ts";

/** What a template may speak of. */
export interface Subject {
  readonly request: RequestHead;
  /** Null before the origin has answered. */
  readonly response: ResponseHead | null;
  /** Variables and secrets by name; only what is sent to the origin may have them. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * The text of a template, values as they are, or null where one of its places has no value. For tags and fields;
 * what becomes a path or a redirect is for `renderPath` and `renderUrl` (url-template.ts).
 */
export function render(template: Template, subject: Subject): string | null {
  let text = "";
  for (const part of template.parts) {
    const value = typeof part === "string" ? part : valueAt(part, subject);
    if (value === null) return null;
    text += value;
  }
  return text;
}

/** What stands in a place, or null where it has no value. */
export function valueAt(place: Placeholder, { request, response, variables }: Subject): string | null {
  switch (place.from) {
    case "param":
      return request.params[place.name] ?? null;
    case "query":
      return request.url.searchParams.get(place.name);
    case "request":
      return request.headers.get(place.name);
    case "response":
      return response?.headers.get(place.name) ?? null;
    case "env":
      return variables[place.name] ?? null;
    case "host":
      return request.url.host;
    case "path":
      return request.url.pathname;
    case "search":
      return request.url.search;
    case "country":
      return request.client.country;
    case "ip":
      return request.client.ip;
    default:
      return place satisfies never;
  }
}
