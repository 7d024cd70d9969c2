/** RFC 9110 §9.3.2 and RFC 9111 §4.3.5: HEAD; RFC 9111 §5.2.1, §5.4: what requests demand. */
import type { Fields } from "../../support/origin.ts";
import type { Case, Step, Table } from "../table.ts";

const hour = { "Cache-Control": "max-age=3600" };
const stale = { "Cache-Control": "max-age=0" };

/** A fresh GET is stored; with this in a request it is used all the same: rules do not say otherwise. */
function ignored(name: string, headers: Fields, age = "1800"): Case {
  return {
    name,
    steps: [
      { origin: { headers: { ...hour, Age: age } }, fromCache: false },
      { headers, fromCache: true, status: 200 },
    ],
  };
}

/** A stale GET is stored, a HEAD goes to the origin, then a GET follows. */
function headThenGet(name: string, stored: Fields, head: Fields, get: Step): Case {
  return {
    name,
    steps: [
      { origin: { headers: { ...stale, ...stored }, body: "stored" }, fromCache: false },
      {
        method: "HEAD",
        origin: { headers: { ...hour, "Content-Length": "6", ...head } },
        fromCache: false,
        answerBody: "",
      },
      { origin: { headers: hour, body: "new" }, ...get },
    ],
  };
}

export const head: Table = {
  "RFC 9110 §9.3.2 HEAD": [
    {
      name: "answered from a stored GET, with the fields of GET and no body",
      steps: [
        {
          origin: { headers: { ...hour, "X-A": "1", "Content-Type": "text/plain" }, body: "stored" },
          fromCache: false,
        },
        {
          method: "HEAD",
          fromCache: true,
          status: 200,
          answerBody: "",
          answers: { "Content-Length": "6", "X-A": "1", "Content-Type": "text/plain", Age: /^[01]$/ },
        },
      ],
    },
    {
      name: "answered from a stored 404",
      steps: [
        { origin: { status: 404, headers: hour }, fromCache: false },
        { method: "HEAD", fromCache: true, status: 404 },
      ],
    },
    {
      name: "a miss is asked with HEAD, and is no answer to GET",
      steps: [
        {
          method: "HEAD",
          origin: { headers: hour, body: "x" },
          fromCache: false,
          status: 200,
          answers: { "Content-Length": "1" },
        },
        { fromCache: false, answerBody: "x" },
      ],
    },
    {
      name: "an error to HEAD does no harm to the copy",
      steps: [
        { origin: { headers: { ...stale, ETag: '"a"' }, body: "stored" }, fromCache: false },
        { method: "HEAD", origin: { status: 500 }, fromCache: false, status: 500 },
        {
          origin: { status: 304, headers: { ETag: '"a"' } },
          fromCache: false,
          sent: { "If-None-Match": '"a"' },
          answerBody: "stored",
        },
      ],
    },
  ],

  "RFC 9111 §4.3.5 Freshening Responses with HEAD": [
    headThenGet(
      "the same ETag freshens",
      { ETag: '"a"' },
      { ETag: '"a"' },
      { fromCache: true, answerBody: "stored" },
    ),
    headThenGet(
      "its fields replace the stored ones",
      { ETag: '"a"', "X-A": "1" },
      { ETag: '"a"', "X-A": "2" },
      { fromCache: true, answers: { "X-A": "2" } },
    ),
    headThenGet(
      "another ETag: the copy is not used unvalidated",
      { ETag: '"a"' },
      { ETag: '"b"' },
      { fromCache: false, answerBody: "new" },
    ),
    headThenGet(
      "another Content-Length likewise",
      { ETag: '"a"' },
      { ETag: '"a"', "Content-Length": "7" },
      { fromCache: false, answerBody: "new" },
    ),
    headThenGet(
      "another Last-Modified likewise",
      { "Last-Modified": "Mon, 06 Nov 2023 08:49:37 GMT" },
      { "Last-Modified": "Tue, 07 Nov 2023 08:49:37 GMT" },
      { fromCache: false, answerBody: "new" },
    ),
    {
      name: "a 304 to HEAD freshens",
      steps: [
        { origin: { headers: { ...stale, ETag: '"a"' }, body: "stored" }, fromCache: false },
        {
          method: "HEAD",
          origin: { status: 304, headers: { ...hour, ETag: '"a"' } },
          fromCache: false,
          status: 200,
          answerBody: "",
          answers: { "Content-Length": "6" },
        },
        { fromCache: true, answerBody: "stored" },
      ],
    },
  ],

  "RFC 9111 §5.2.1 request directives, ignored unless a rule honours them": [
    ignored("no-cache", { "Cache-Control": "no-cache" }),
    ignored("no-store", { "Cache-Control": "no-store" }),
    ignored("max-age=0", { "Cache-Control": "max-age=0" }),
    ignored("max-age below the age", { "Cache-Control": "max-age=600" }),
    ignored("min-fresh", { "Cache-Control": "min-fresh=3000" }),
    ignored("Pragma: no-cache", { Pragma: "no-cache" }),
    ignored("both", { Pragma: "no-cache", "Cache-Control": "no-cache" }),
    {
      name: "no-store does not keep from storing",
      steps: [
        { headers: { "Cache-Control": "no-store" }, origin: { headers: hour }, fromCache: false },
        { fromCache: true },
      ],
    },
    {
      name: "max-stale does not excuse from validating",
      steps: [
        { origin: { headers: stale }, fromCache: false },
        { headers: { "Cache-Control": "max-stale=1000" }, fromCache: false },
      ],
    },
    {
      name: "only-if-cached goes to the origin",
      steps: [
        {
          headers: { "Cache-Control": "only-if-cached" },
          origin: { headers: hour },
          fromCache: false,
          status: 200,
        },
      ],
    },
    {
      name: "Pragma of a response means nothing",
      steps: [
        { origin: { headers: { ...hour, Pragma: "no-cache" } }, fromCache: false },
        { fromCache: true, answers: { Pragma: "no-cache" } },
      ],
    },
  ],
};
