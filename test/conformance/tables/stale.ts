/** RFC 9111 §4.2.4 and RFC 5861 §3: when a stale response may be used, and when not. */
import type { Scripted } from "../../support/origin.ts";
import { hoursFromNow, type Step, type Table } from "../table.ts";

/** Stored with max-age=60 and an Age past it: `staleSeconds` beyond its lifetime from the start. */
function staleBy(staleSeconds: number, directives: string, more: Record<string, string> = {}): Step {
  const headers = { "Cache-Control": `max-age=60, ${directives}`, Age: String(60 + staleSeconds), ...more };
  return { origin: { headers, body: "stale" }, fromCache: false };
}

const swr = "stale-while-revalidate=3600";
const fresh: Scripted = { headers: { "Cache-Control": "max-age=3600" }, body: "fresh" };

export const stale: Table = {
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
};
