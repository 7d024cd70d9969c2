/** The simulation decides as the engine does: what it remembers of a decision is what the engine would say anew. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { decideStorage, type StorageDecision } from "../../src/cache/storage.ts";
import type { StoredResponse } from "../../src/cache/types.ts";
import { type LoggedFields, type LoggedRequest, NO_FIELDS } from "../../src/cli/logs/record.ts";
import { Answers } from "../../src/cli/simulate/answers.ts";
import { createPlanner } from "../../src/cli/simulate/planner.ts";
import { defineRules } from "../../src/rules/rule.ts";

const RULES = defineRules({
  rules: [
    {
      name: "tagged",
      match: { path: "/p/:id" },
      tags: ["p:{id}"],
      edgeTtl: { max: "1h" },
      staleIfError: "1h",
    },
    { name: "files", match: { extension: ["css", "png"] }, edgeTtl: "1h" },
    { name: "bare", match: {}, setCookie: "strip" },
  ],
});

const FIELDS: readonly LoggedFields[] = [
  [],
  [["cache-control", "max-age=60"]],
  [["cache-control", "no-store"]],
  [
    ["content-type", "text/css"],
    ["cache-tag", "t"],
  ],
  [["vary", "Accept-Language"]],
  [["set-cookie", "a=1"]],
  [["expires", "Mon, 23 Nov 2026 11:00:00 GMT"]],
  [["last-modified", "Mon, 23 Nov 2026 09:00:00 GMT"]],
];

const step = fc.record({
  target: fc.constantFrom("/p/1", "/p/2", "/q", "/q?a=1", "/f/a.css", "/f/b.css", "/f/c.png"),
  method: fc.constantFrom("GET", "HEAD"),
  status: fc.constantFrom(200, 200, 200, 304, 404, 503),
  isFirst: fc.boolean(),
  gapMs: fc.constantFrom(0, 1000, 90_000),
  conditional: fc.boolean(),
});

// Few of them in one run, so that answers come again.
const kind = fc.tuple(fc.constantFrom(...FIELDS), fc.integer({ min: 0, max: 1 }));
const kinds = fc.tuple(kind, kind);

test("an answer that is remembered is decided as it would be anew", () => {
  fc.assert(
    fc.property(kinds, fc.array(step, { minLength: 20, maxLength: 60 }), (pair, steps) => {
      const answers = new Answers([]);
      const plan = createPlanner(RULES, { host: "api.example.com", responseFields: [] });
      const stored = new Map<string, StoredResponse>();
      let now = Date.UTC(2026, 10, 23, 10);
      for (const { target, method, status, isFirst, gapMs, conditional } of steps) {
        now += gapMs;
        const [fields, version] = pair[isFirst ? 0 : 1];
        const request = { ...SILENT, at: now, target, method, responseFields: fields };
        const planned = plan(request);
        if (planned === null) throw new Error("planned nothing");
        const held = stored.get(target) ?? null;
        const asked = {
          ...{ stored: held, conditional: conditional && held !== null, completing: false },
          ...{ invalidatedAt: null, purge: null, mustBeNewerThanAt: null },
          method: method === "HEAD" ? ("HEAD" as const) : ("GET" as const),
        };
        const found = answers.decide(planned, { request, status, version }, asked, now);
        const headers = new Headers(fields.map(([name, value]): [string, string] => [name, value]));
        headers.set("etag", `"${version}"`);
        const arrival = { status, headers, requestedAt: now, respondedAt: now };
        const anew = decideStorage(planned.head, { kind: "response", arrival }, asked, planned.policy, now);
        expect(shown(found)).toEqual(shown(anew));
        if (found.kind === "store" || found.kind === "freshen") stored.set(target, found.response);
      }
    }),
  );
});

// A Date that is not there is the instant of arrival, which is compared.
function shown(decision: StorageDecision): object {
  if (decision.kind !== "store" && decision.kind !== "freshen")
    return { kind: decision.kind, reason: decision.reason };
  const { headers, ...facts } = decision.response;
  const fields = [...headers].filter(([name]) => name !== "date");
  return { kind: decision.kind, reason: decision.reason, facts, fields };
}

const SILENT: LoggedRequest = {
  ...{ at: 0, client: null, method: "GET", target: "/", host: null, status: 200, bytes: null },
  ...{ durationSeconds: null, place: null, referer: null, userAgent: null },
  ...{ requestFields: NO_FIELDS, responseFields: NO_FIELDS },
};
