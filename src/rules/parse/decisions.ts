import { list } from "../shape/compound.ts";
import { boolean, byDefault, choice, type Keys, mapped, type Shape, type ValuesOf } from "../shape/shape.ts";
import { durationFrom } from "../shape/texts.ts";
import { require, signedUrl } from "./access.ts";
import { respond } from "./answer.ts";
import { requestHeaders, responseHeaders } from "./changes.ts";
import { cors } from "./cors.ts";
import { otherField } from "./field-names.ts";
import { key } from "./key.ts";
import { origin } from "./origin.ts";
import { query } from "./query.ts";
import { rateLimit } from "./rate-limit.ts";
import { identity, jwt, scope } from "./scope.ts";
import { securityHeaders } from "./security.ts";
import { template } from "./template.ts";
import { browserTtl, edgeTtl, staleWindow } from "./ttl.ts";

const LONGEST_TAG = 128;
const TAGS_ALLOWED = "a list of strings of 1 to 128 characters without blanks, commas and control characters";

function isTagText(literals: readonly string[]): boolean {
  const all = literals.join("");
  return all.length <= LONGEST_TAG && !/[\s,\p{Cc}]/u.test(all);
}

function isPathText(literals: readonly string[]): boolean {
  return !/[\s?#\\\p{Cc}]/u.test(literals.join(""));
}

const tags = list(
  template({
    allowed: TAGS_ALLOWED,
    places: ["param", "query", "response", "host", "country"],
    accepts: isTagText,
  }),
  TAGS_ALLOWED,
);

const INVALIDATES_ALLOWED = `${TAGS_ALLOWED}, or of paths, which begin with "/"`;

const invalidates = list(
  template({
    allowed: INVALIDATES_ALLOWED,
    places: ["param", "query", "host"],
    accepts: (literals, first) => (first.startsWith("/") ? isPathText(literals) : isTagText(literals)),
  }),
  INVALIDATES_ALLOWED,
);

/** The keys of a decision, in the order in which messages list them. */
export const DECISIONS = {
  cache: byDefault(true, boolean),
  edgeTtl,
  browserTtl,
  staleWhileRevalidate: staleWindow,
  staleIfError: staleWindow,
  query,
  key: byDefault({}, key),
  scope,
  identity,
  jwt,
  tags: byDefault([], once(tags)),
  clientDirectives: byDefault("ignore", choice("honor", "ignore")),
  heuristicFreshness: byDefault(false, boolean),
  setCookie: byDefault("bypass", choice("bypass", "strip")),
  requestCookies: byDefault("respect", choice("respect", "ignore")),
  authorization: byDefault("respect", choice("respect", "ignore")),
  otherHeaders: choice("key", "drop", "vary"),
  forwardHeaders: byDefault([], list(otherField, "a list of names of header fields")),
  cors,
  invalidates: byDefault([], once(invalidates)),
  originPurges: byDefault("ignore", choice("honor", "ignore")),
  readYourWrites: durationFrom(1, 3600),
  origin,
  requestHeaders,
  responseHeaders,
  securityHeaders,
  respond,
  rateLimit,
  require,
  signedUrl,
} satisfies Keys;

/** What one object of the file decides, parsed; a key is missing where it says nothing. */
export type Decisions = ValuesOf<typeof DECISIONS>;

function once<Item extends { readonly source: string }>(
  shape: Shape<readonly Item[]>,
): Shape<readonly Item[]> {
  return mapped(shape, (items) =>
    items.length < 2 ? items : Object.freeze([...new Map(items.map((item) => [item.source, item])).values()]),
  );
}
