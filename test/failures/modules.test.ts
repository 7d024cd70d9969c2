/**
 * Each function of our own modules that requests reach is broken, one at a time: a mistake of ours may cost the cache, and
 * never lets anybody in, sends a write twice or leaves a request without an answer.
 */
import { beforeAll, expect, test } from "vitest";
import { type Swept, sweep } from "../support/mistakes.ts";
import { stage } from "../support/stage.ts";

const stand = stage({
  entry: "worker-with-mistakes",
  // What breaks a body off (BREAKS_OFF).
  broughtAbout:
    /remote\.jsg\.Error: (?:a mistake in proxy\/refresh\/(?:body|split)\.ts#|The Workers runtime canceled)/,
  rules: {
    rules: [
      {
        name: "closed",
        match: { path: "/closed/*" },
        edgeTtl: "1h",
        require: { headers: { "x-pass": "let-me-in" } },
      },
      { name: "passed", match: { path: "/passed/*" }, cache: false },
      {
        name: "stale",
        match: { path: "/stale/*" },
        ...{ staleWhileRevalidate: "1h", securityHeaders: "api", cors: { origins: "*" } },
      },
      { name: "purging", match: { path: "/*", method: "POST" }, invalidates: ["t"] },
    ],
  },
});

/** Until the rule is known nobody is let past it: it may be the one that keeps this client out. */
const BEFORE_THE_RULE = [
  ...["isPreflight", "withoutNominated", "pathReadings", "foldPath", "normalisePath", "normaliseUrl"],
  ...["requestHead", "test", "CompiledRule.conditions", "choose", "searchRules", "searchPath"],
  "PathIndex.below",
];
/** Each answer, of the store's or of the origin's, is made with it. */
const MAKES_ANSWERS = ["encoding", "responseWith", "setCacheStatus", "formatCacheStatus", "appendAll"];
/** Each field of each request and answer is read and written by it. */
const FIELDS = ["append", "delete", "forEach", "get", "has", "keys", "set"].map(
  (method) => `Fields.${method}`,
);
/** The rule is not known without it where one has matched. */
const OF_THE_RULE = ["CompiledRule.needsParams", "CompiledRule.policy"];
/** It writes the name of the rule, where one has matched, into what formatCacheStatus makes. */
const NAMES_THE_RULE = ["formatString"];
/** It is the way to the origin. */
const ASKS_THE_ORIGIN = [
  ...["attempt", "askOrigin", "Late.atHand", "publicLocations"],
  ...["askedAt", "fieldsFor", "urlFor", "changeFields", "revealCredentials", "toHeaders"],
  ...["ChangedHead.client", "ReceivedClient.ip", "ReceivedHead.client"],
];
/** What the origin has answered to a write is made an answer with it. */
const PASSES_ANSWERS = ["answerPassed", "forwardToken", "finishFields", "endToEnd"];
/** What is too long for memory goes through it: once the head has been sent, the rest can only be broken off. */
const BREAKS_OFF = ["Sink.close", "Sink.write", "piecesOf", "SpillingSink.write"];
/** It makes our own errors; the platform's own say the same with another page. */
const MAKES_ERRORS = ["problemWith"];
const MAY_COST_WHAT_IS_STORED = [...BEFORE_THE_RULE, ...MAKES_ANSWERS, ...FIELDS];
const MAY_COST_WHAT_IS_FETCHED = [
  ...[...MAY_COST_WHAT_IS_STORED, ...OF_THE_RULE, ...NAMES_THE_RULE, ...ASKS_THE_ORIGIN, ...PASSES_ANSWERS],
];

let swept: Swept;
beforeAll(async () => {
  swept = await sweep(stand);
}, 240_000);

test("requests reach what is broken", () => {
  expect(swept.names.length).toBeGreaterThan(200);
});

test("nobody is let in who is not to be", () => {
  expect(swept.broken.closed).toEqual([]);
});

test("no write is sent twice", () => {
  expect(swept.broken.writes).toEqual([]);
});

// What has come to be guarded fails here too: it is to be taken off its list.
test("every request has the whole of some answer, but for what has a reason here", () => {
  expect(swept.broken.answers.toSorted()).toEqual([...BREAKS_OFF, ...MAKES_ERRORS].toSorted());
});

test("what is stored and fresh is answered, but for what has a reason here", () => {
  expect(swept.broken.stored.toSorted()).toEqual(MAY_COST_WHAT_IS_STORED.toSorted());
});

test("what the origin answers to a read or a write gets through, but for what has a reason here", () => {
  expect(swept.broken.fetched.toSorted()).toEqual(MAY_COST_WHAT_IS_FETCHED.toSorted());
});

test("all is well again once nothing is broken", () => {
  expect(swept.broken.mended).toEqual([]);
});
