/** RFC 9111 §4.2.4 and RFC 5861: when a stale response may be used, and when not. */
import type { Scripted } from "../support/origin.ts";
import { type Case, hoursFromNow, runTables, type Step } from "./table.ts";

/** Stored with max-age=60 and an Age past it: `staleSeconds` beyond its lifetime from the start. */
function staleBy(staleSeconds: number, directives: string, more: Record<string, string> = {}): Step {
  const headers = { "Cache-Control": `max-age=60, ${directives}`, Age: String(60 + staleSeconds), ...more };
  return { origin: { headers, body: "stale" }, fromCache: false };
}

type Failure = readonly [name: string, origin: Scripted, status: number];

const FAILURES: readonly Failure[] = [
  ["500", { status: 500 }, 500],
  ["502", { status: 502 }, 502],
  ["503", { status: 503 }, 503],
  ["504", { status: 504 }, 504],
  ["a connection that is reset", { fault: "reset" }, 502],
  ["an origin that does not answer in time", { fault: "hang" }, 504],
];

function onError(name: string, [, origin]: Failure, stored: Step, expected: number | "stale"): Case {
  const seen: Step = expected === "stale" ? { status: 200, answerBody: "stale" } : { status: expected };
  return { name, steps: [stored, { origin, ...seen }] };
}

const down: Failure = ["503", { status: 503 }, 503];
const cut: Failure = ["reset", { fault: "reset" }, 502];
const sie = "stale-if-error=3600";
const swr = "stale-while-revalidate=3600";
const fresh: Scripted = { headers: { "Cache-Control": "max-age=3600" }, body: "fresh" };

runTables("stale", {
  "RFC 5861 §4 stale-if-error": [
    ...FAILURES.map((failure) => onError(`on ${failure[0]}`, failure, staleBy(10, sie), "stale")),
    ...FAILURES.map((failure) =>
      onError(`none on ${failure[0]} without it`, failure, staleBy(10, "public"), failure[2]),
    ),
    onError("not on 404", ["404", { status: 404 }, 404], staleBy(10, sie), 404),
    onError("not on 501", ["501", { status: 501 }, 501], staleBy(10, sie), 501),
    onError("not on 429", ["429", { status: 429 }, 429], staleBy(10, sie), 429),
    onError("not past its window", down, staleBy(10, "stale-if-error=5"), 503),
    onError("nor at its very end", down, staleBy(10, "stale-if-error=10"), 503),
    onError("just within its window", down, staleBy(10, "stale-if-error=60"), "stale"),
    onError("a window of 0", down, staleBy(1, "stale-if-error=0"), 503),
    onError("an invalid window is none", down, staleBy(1, "stale-if-error=x"), 503),
    onError("a quoted window", down, staleBy(1, 'stale-if-error="3600"'), "stale"),
    onError("must-revalidate forbids it", down, staleBy(10, `${sie}, must-revalidate`), 503),
    onError("and so it does when the connection fails", cut, staleBy(10, `${sie}, must-revalidate`), 502),
    onError("proxy-revalidate forbids it", down, staleBy(10, `${sie}, proxy-revalidate`), 503),
    onError("s-maxage forbids it", down, staleBy(10, `${sie}, s-maxage=1`), 503),
    onError("no-cache forbids it", cut, staleBy(10, `${sie}, no-cache`), 502),
    {
      name: "of a targeted field",
      steps: [
        {
          origin: { headers: { "CDN-Cache-Control": `max-age=60, ${sie}`, Age: "70" }, body: "stale" },
          fromCache: false,
        },
        { origin: { status: 503 }, status: 200, answerBody: "stale" },
      ],
    },
    {
      name: "the origin was asked with the validator, and the answer says how old it is",
      steps: [
        staleBy(10, sie, { ETag: '"a"' }),
        {
          origin: { status: 503 },
          fromCache: false,
          sent: { "If-None-Match": '"a"' },
          status: 200,
          answers: { Age: /^7\d$/, "Cache-Status": /stale-if-error/ },
        },
      ],
    },
    {
      name: "the client's condition is answered from it",
      steps: [
        staleBy(10, sie, { ETag: '"a"' }),
        { headers: { "If-None-Match": '"a"' }, origin: { status: 503 }, status: 304 },
      ],
    },
    {
      name: "HEAD gets it too",
      steps: [staleBy(10, sie), { method: "HEAD", origin: { status: 503 }, status: 200 }],
    },
    {
      name: "once the origin is back, its answer",
      steps: [
        staleBy(10, sie),
        { origin: { status: 503 }, answerBody: "stale" },
        { origin: fresh, fromCache: false, answerBody: "fresh" },
        { fromCache: true },
      ],
    },
    {
      name: "by a rule, for a response that says nothing of it",
      path: "/products/*",
      steps: [
        {
          origin: { headers: { "Cache-Control": "max-age=60", Age: "600" }, body: "stale" },
          fromCache: false,
        },
        { origin: { status: 503 }, status: 200, answerBody: "stale" },
      ],
    },
    {
      name: "by a rule, not past its window of an hour",
      path: "/products/*",
      steps: [
        {
          origin: { headers: { "Cache-Control": "max-age=60", Age: "3700" }, body: "stale" },
          fromCache: false,
        },
        { origin: { status: 503 }, status: 503 },
      ],
    },
    {
      name: "by a rule, not against must-revalidate",
      path: "/products/*",
      steps: [
        {
          origin: { headers: { "Cache-Control": "max-age=60, must-revalidate", Age: "600" }, body: "stale" },
          fromCache: false,
        },
        { origin: { status: 503 }, status: 503 },
      ],
    },
  ],

  "RFC 5861 §3 stale-while-revalidate": [
    {
      name: "the stale one at once, the fresh one behind it, and then the fresh one",
      steps: [
        staleBy(10, swr),
        {
          origin: fresh,
          refreshes: true,
          status: 200,
          answerBody: "stale",
          answers: { "Cache-Status": /hit/ },
        },
        { fromCache: true, answerBody: "fresh" },
      ],
    },
    {
      name: "refreshed by validation",
      steps: [
        staleBy(10, swr, { ETag: '"a"' }),
        {
          origin: { status: 304, headers: { "Cache-Control": "max-age=3600", ETag: '"a"' } },
          refreshes: true,
          sent: { "If-None-Match": '"a"' },
          answerBody: "stale",
        },
        { fromCache: true, answerBody: "stale", answers: { Age: /^[01]$/ } },
      ],
    },
    {
      name: "its age goes with the stale one",
      steps: [
        staleBy(10, swr),
        { origin: fresh, refreshes: true, answers: { Age: /^7\d$/, "Cache-Status": /ttl=-1\d/ } },
      ],
    },
    {
      name: "a refresh that fails leaves it in use",
      steps: [
        staleBy(10, swr),
        { origin: { status: 503 }, refreshes: true, status: 200, answerBody: "stale" },
        { fromCache: true, status: 200, answerBody: "stale" },
      ],
    },
    {
      name: "a refresh that is cut short leaves it in use",
      steps: [
        staleBy(10, swr),
        { origin: { ...fresh, fault: "cut" }, refreshes: true, answerBody: "stale" },
        { status: 200, answerBody: "stale" },
      ],
    },
    {
      name: "HEAD refreshes the whole",
      steps: [
        staleBy(10, swr),
        { method: "HEAD", origin: fresh, refreshes: true, status: 200 },
        { fromCache: true, answerBody: "fresh" },
      ],
    },
    {
      name: "a range refreshes the whole",
      steps: [
        staleBy(10, swr),
        {
          headers: { Range: "bytes=0-1" },
          origin: fresh,
          refreshes: true,
          status: 206,
          answerBody: "st",
          sent: { Range: null },
        },
        { fromCache: true, answerBody: "fresh" },
      ],
    },
    {
      name: "not past its window",
      steps: [
        staleBy(10, "stale-while-revalidate=5"),
        { origin: fresh, fromCache: false, answerBody: "fresh" },
      ],
    },
    {
      name: "nor at its very end",
      steps: [
        staleBy(10, "stale-while-revalidate=10"),
        { origin: fresh, fromCache: false, answerBody: "fresh" },
      ],
    },
    {
      name: "must-revalidate forbids it",
      steps: [
        staleBy(10, `${swr}, must-revalidate`),
        { origin: fresh, fromCache: false, answerBody: "fresh" },
      ],
    },
    {
      name: "proxy-revalidate forbids it",
      steps: [
        staleBy(10, `${swr}, proxy-revalidate`),
        { origin: fresh, fromCache: false, answerBody: "fresh" },
      ],
    },
    {
      name: "no-cache forbids it",
      steps: [staleBy(10, `${swr}, no-cache`), { origin: fresh, fromCache: false, answerBody: "fresh" }],
    },
    {
      name: "an invalid window is none",
      steps: [
        staleBy(10, "stale-while-revalidate=-1"),
        { origin: fresh, fromCache: false, answerBody: "fresh" },
      ],
    },
    {
      name: "past an Expires",
      steps: [
        {
          origin: {
            headers: { Expires: hoursFromNow(-1), "Cache-Control": "stale-while-revalidate=99999" },
            body: "stale",
          },
          fromCache: false,
        },
        { origin: fresh, refreshes: true, answerBody: "stale" },
      ],
    },
    {
      name: "by a rule",
      path: "/products/*",
      steps: [
        {
          origin: { headers: { "Cache-Control": "max-age=60", Age: "70" }, body: "stale" },
          fromCache: false,
        },
        { origin: fresh, refreshes: true, answerBody: "stale" },
      ],
    },
  ],

  "RFC 9111 §4.2.4 Serving Stale Responses": [
    {
      name: "not without leave",
      steps: [staleBy(1, "public"), { origin: fresh, fromCache: false, answerBody: "fresh" }],
    },
    {
      name: "must-revalidate leaves a fresh one alone",
      steps: [
        { origin: { headers: { "Cache-Control": "max-age=3600, must-revalidate" } }, fromCache: false },
        { origin: { fault: "reset" }, fromCache: true, status: 200 },
      ],
    },
  ],
});
