/** RFC 9211: what the answer says of how it came about. */
import type { Table } from "../table.ts";

const hour = { "Cache-Control": "max-age=3600" };
const stale = { "Cache-Control": "max-age=0", ETag: '"a"' };
const status = (value: RegExp | string) => ({ "Cache-Status": value });

export const cacheStatus: Table = {
  "RFC 9211 §2 Cache-Status": [
    {
      name: "a miss that is stored, then a hit",
      steps: [
        {
          origin: { headers: hour },
          fromCache: false,
          answers: status(/^selvedge;fwd=uri-miss;fwd-status=200;ttl=3(600|599);stored$/),
        },
        { fromCache: true, answers: status(/^selvedge;hit;ttl=3(600|59\d)$/) },
      ],
    },
    {
      name: "a miss that is not stored says why",
      steps: [
        {
          origin: { headers: { "Cache-Control": "no-store" } },
          fromCache: false,
          answers: status("selvedge;fwd=uri-miss;fwd-status=200;detail=no-store"),
        },
      ],
    },
    ...[
      ["private", { "Cache-Control": "private" }],
      ["set-cookie", { ...hour, "Set-Cookie": "a=1" }],
      ["vary-star", { ...hour, Vary: "*" }],
      ["no-lifetime", {}],
      ["event-stream", { ...hour, "Content-Type": "text/event-stream" }],
    ].map(([reason, headers]) => ({
      name: `detail=${reason}`,
      steps: [
        {
          origin: { headers: headers as Record<string, string> },
          fromCache: false,
          answers: status(new RegExp(`detail=${reason}$`)),
        },
      ],
    })),
    {
      name: "a validation that confirms",
      steps: [
        { origin: { headers: stale }, fromCache: false },
        {
          origin: { status: 304, headers: { ...hour, ETag: '"a"' } },
          fromCache: false,
          answers: status(/^selvedge;fwd=stale;fwd-status=304;ttl=3(600|599);stored;detail=freshened$/),
        },
      ],
    },
    {
      name: "a validation that replaces",
      steps: [
        { origin: { headers: stale }, fromCache: false },
        {
          origin: { headers: hour },
          fromCache: false,
          answers: status(/^selvedge;fwd=stale;fwd-status=200;ttl=3(600|599);stored$/),
        },
      ],
    },
    {
      name: "another variant",
      steps: [
        {
          headers: { "Sec-CH-Foo": "1" },
          origin: { headers: { ...hour, Vary: "Sec-CH-Foo" } },
          fromCache: false,
        },
        { headers: { "Sec-CH-Foo": "2" }, fromCache: false, answers: status(/^selvedge;fwd=vary-miss;/) },
      ],
    },
    {
      name: "a part that does not hold the bytes",
      steps: [
        {
          headers: { Range: "bytes=0-1" },
          origin: {
            status: 206,
            headers: { ...hour, ETag: '"a"', "Content-Range": "bytes 0-1/4" },
            body: "ab",
          },
          fromCache: false,
          answers: status(/^selvedge;fwd=uri-miss;fwd-status=206;.*detail=stored-partial$/),
        },
        {
          origin: { headers: hour, body: "abcd" },
          fromCache: false,
          answers: status(/^selvedge;fwd=partial;/),
        },
      ],
    },
    {
      name: "a write",
      steps: [
        {
          method: "POST",
          origin: { status: 201 },
          fromCache: false,
          answers: status("selvedge;fwd=method;fwd-status=201;detail=method-unsafe"),
        },
      ],
    },
    {
      name: "a rule that passes is named",
      path: "/user/*",
      steps: [
        {
          origin: { headers: hour },
          fromCache: false,
          answers: status('selvedge;fwd=bypass;fwd-status=200;rule="user";detail=rule-pass'),
        },
        { fromCache: false },
      ],
    },
    {
      name: "a rule that caches is named, on a miss and on a hit",
      path: "/blog/*",
      steps: [
        { origin: { headers: hour }, fromCache: false, answers: status(/;rule="blog"/) },
        { fromCache: true, answers: status(/^selvedge;hit;ttl=\d+;rule="blog"$/) },
      ],
    },
    {
      name: "stale on an error",
      steps: [
        {
          origin: { headers: { "Cache-Control": "max-age=60, stale-if-error=600", Age: "70" } },
          fromCache: false,
        },
        {
          origin: { status: 503 },
          fromCache: false,
          answers: status(/^selvedge;fwd=stale;fwd-status=503;ttl=-1\d;detail=stale-if-error$/),
        },
      ],
    },
    {
      name: "stale while it is refreshed",
      steps: [
        {
          origin: { headers: { "Cache-Control": "max-age=60, stale-while-revalidate=600", Age: "70" } },
          fromCache: false,
        },
        { refreshes: true, answers: status(/^selvedge;hit;ttl=-1\d;detail=stale-while-revalidate$/) },
      ],
    },
    {
      name: "an origin that cannot be reached",
      steps: [
        {
          origin: { fault: "reset" },
          status: 502,
          answers: status("selvedge;fwd=uri-miss;detail=origin-unreachable"),
        },
      ],
    },
    {
      name: "after the member of a cache nearer the origin",
      steps: [
        {
          origin: { headers: { ...hour, "Cache-Status": "inner; hit" } },
          fromCache: false,
          answers: status(/^inner; hit, selvedge;fwd=uri-miss/),
        },
        { fromCache: true, answers: status(/^inner; hit, selvedge;hit/) },
      ],
    },
    {
      name: "a 304 of ours carries it too",
      steps: [
        { origin: { headers: { ...hour, ETag: '"a"' } }, fromCache: false },
        {
          headers: { "If-None-Match": '"a"' },
          status: 304,
          fromCache: true,
          answers: status(/^selvedge;hit/),
        },
      ],
    },
  ],
};
