/** RFC 5861 §4: what stands in while the origin fails, and when nothing may. */
import type { Scripted } from "../../support/origin.ts";
import type { Case, Step, Table } from "../table.ts";

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
const fresh: Scripted = { headers: { "Cache-Control": "max-age=3600" }, body: "fresh" };

export const staleIfError: Table = {
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
};
