import { describe, expect, it } from "vitest";
import { decideReuse } from "../../src/cache/reuse.ts";
import type { StoredResponse } from "../../src/cache/types.ts";
import { at, type Fields, found, type PolicyParts, policy, request, stored } from "./support.ts";

const cc = (value: string): Fields => ({ "cache-control": value });
const honor = { clientDirectives: "honor" } as const;

/** The decision as "kind reason", for a GET with `fields` at second `now`. */
function decide(
  response: StoredResponse | null,
  now: number,
  fields: Fields = {},
  chosen: PolicyParts = {},
): string {
  const { kind, reason } = decideReuse(request(fields), found(response), policy(chosen), at(now));
  return `${kind} ${reason}`;
}

describe("RFC 9111 §5.2.1 Request Directives", () => {
  const response = stored(cc("max-age=60"));
  const stale = "serve-stale request-max-stale";
  const rows: [string, StoredResponse | null, number, Fields, string][] = [
    ["no-cache", response, 10, cc("no-cache"), "fetch request-no-cache"],
    ["no-cache in capitals", response, 10, cc("No-Cache"), "fetch request-no-cache"],
    [
      "no-cache, validated",
      stored({ ...cc("max-age=60"), etag: '"v1"' }),
      10,
      cc("no-cache"),
      "revalidate request-no-cache",
    ],
    ["Pragma", response, 10, { pragma: "no-cache" }, "fetch request-no-cache"],
    ["another Pragma", response, 10, { pragma: "x" }, "serve fresh"],
    ["Pragma beside Cache-Control", response, 10, { pragma: "no-cache", ...cc("max-age=30") }, "serve fresh"],
    ["max-age that holds", response, 30, cc("max-age=30"), "serve fresh"],
    ["max-age exceeded", response, 31, cc("max-age=30"), "fetch request-max-age"],
    ["max-age=0 on what is a second old", response, 1, cc("max-age=0"), "fetch request-max-age"],
    ["an invalid max-age", response, 31, cc("max-age=x"), "serve fresh"],
    ["min-fresh that holds", response, 30, cc("min-fresh=30"), "serve fresh"],
    ["min-fresh too long", response, 31, cc("min-fresh=30"), "fetch request-min-fresh"],
    ["max-stale that holds", response, 90, cc("max-stale=30"), stale],
    ["max-stale exceeded", response, 91, cc("max-stale=30"), "fetch stale"],
    ["max-stale without a value", response, 9000, cc("max-stale"), stale],
    ["an invalid max-stale", response, 61, cc("max-stale=x"), "fetch stale"],
    ["max-stale on what is fresh", response, 10, cc("max-stale=30"), "serve fresh"],
    [
      "max-stale against must-revalidate",
      stored(cc("max-age=60, must-revalidate")),
      61,
      cc("max-stale"),
      "fetch stale",
    ],
    ["max-stale against s-maxage", stored(cc("s-maxage=60")), 61, cc("max-stale"), "fetch stale"],
    ["max-stale against no-cache", stored(cc("no-cache")), 61, cc("max-stale"), "fetch no-cache"],
    ["max-stale with max-age exceeded", response, 61, cc("max-age=30, max-stale"), "fetch request-max-age"],
    ["only-if-cached, fresh", response, 10, cc("only-if-cached"), "serve fresh"],
    ["only-if-cached, nothing stored", null, 0, cc("only-if-cached"), "refuse only-if-cached"],
    ["only-if-cached, stale", response, 60, cc("only-if-cached"), "refuse only-if-cached"],
    [
      "only-if-cached, to be validated",
      stored({ etag: '"v1"' }),
      1,
      cc("only-if-cached"),
      "refuse only-if-cached",
    ],
    ["only-if-cached with max-stale", response, 60, cc("only-if-cached, max-stale"), stale],
    ["unknown", response, 10, cc("foo"), "serve fresh"],
  ];

  it.each(rows)("honoured: %s", (_, candidate, now, fields, expected) => {
    expect(decide(candidate, now, fields, honor)).toBe(expected);
  });

  it.each(rows)("ignored: %s", (_, candidate, now, fields) => {
    expect(decide(candidate, now, fields)).toBe(decide(candidate, now));
  });
});
