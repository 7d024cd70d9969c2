/** RFC 9111 §3.1, §3.3: the fields and bodies that are stored. */
import { hoursFromNow, notReused, reused, type Table } from "../table.ts";

const hour = { "Cache-Control": "max-age=3600" };
const cc = (value: string) => ({ "Cache-Control": value });
const etag = { ETag: '"a"' };

export const storedFields: Table = {
  "RFC 9111 §3.1 Storing Header and Trailer Fields": [
    reused(
      "end-to-end fields",
      { ...hour, "X-One": "1", "X-Two": "a, b", "Content-Language": "de" },
      {
        answers: { "X-One": "1", "X-Two": "a, b", "Content-Language": "de" },
      },
    ),
    reused("a field in two lines", { ...hour, "X-Two": ["a", "b"] }, { answers: { "X-Two": "a, b" } }),
    reused(
      "an unknown content-* field",
      { ...hour, "Content-Foo": "bar" },
      { answers: { "Content-Foo": "bar" } },
    ),
    reused("bytes beyond ASCII", { ...hour, "X-Latin": "caf\u00e9" }, { answers: { "X-Latin": /^caf/ } }),
    reused(
      "hop-by-hop fields end here",
      { ...hour, "Proxy-Authenticate": "Basic", "Keep-Alive": "timeout=9" },
      {
        answers: { "Proxy-Authenticate": null, "Proxy-Connection": null },
      },
    ),
    reused(
      "fields that Connection names end here",
      { ...hour, Connection: "x-hop, x-two", "X-Hop": "1", "X-Two": "2" },
      {
        answers: { "X-Hop": null, "X-Two": null },
      },
    ),
    reused(
      "Connection cannot name Cache-Control away",
      { ...cc("max-age=3600"), Connection: "cache-control" },
      {
        answers: { "Cache-Control": "max-age=3600" },
      },
    ),
    notReused("nor what keeps a response private", {
      ...cc("private, max-age=3600"),
      Connection: "cache-control",
    }),
    reused(
      "Content-Length is kept",
      { ...hour, "Content-Length": "8" },
      { answers: { "Content-Length": "8" } },
    ),
    reused("Date is kept", { ...hour, Date: hoursFromNow(0) }, { answers: { Date: hoursFromNow(0) } }),
    reused(
      "ETag and Last-Modified as written",
      { ...hour, ETag: "unquoted", "Last-Modified": "whenever" },
      {
        answers: { ETag: "unquoted", "Last-Modified": "whenever" },
      },
    ),
    reused("no fields of the platform's own cache", hour, { answers: { "CF-Cache-Status": null } }),
    reused(
      "no such field of the origin's either",
      { ...hour, "CF-Cache-Status": "HIT" },
      {
        answers: { "CF-Cache-Status": null },
      },
    ),
    {
      name: "hop-by-hop fields end here on the way to the first client too",
      steps: [
        {
          origin: { headers: { ...hour, Connection: "x-hop", "X-Hop": "1", "Proxy-Authenticate": "Basic" } },
          fromCache: false,
          answers: { "X-Hop": null, "Proxy-Authenticate": null },
        },
      ],
    },
    {
      name: "the body is the one that was stored",
      steps: [
        { origin: { headers: hour, body: "ünï" }, fromCache: false, answerBody: "ünï" },
        { origin: { body: "other" }, fromCache: true, answerBody: "ünï" },
      ],
    },
    {
      name: "an empty body",
      steps: [
        { origin: { headers: hour, body: "" }, fromCache: false, answerBody: "" },
        { fromCache: true, answerBody: "", answers: { "Content-Length": "0" } },
      ],
    },
    {
      name: "a chunked body is stored once whole, with its length",
      steps: [
        { origin: { headers: hour, chunked: true, body: "chunks" }, fromCache: false, answerBody: "chunks" },
        { fromCache: true, answerBody: "chunks" },
      ],
    },
  ],

  "RFC 9111 §3.3 Storing Incomplete Responses": [
    {
      name: "cut short of its Content-Length",
      steps: [
        { origin: { headers: hour, fault: "cut", body: "half" }, fromCache: false },
        { origin: { headers: hour, body: "whole" }, fromCache: false, answerBody: "whole" },
        { fromCache: true, answerBody: "whole" },
      ],
    },
    {
      name: "a chunked body cut short",
      steps: [
        { origin: { headers: hour, fault: "cut-chunked", body: "half" }, fromCache: false },
        { origin: { headers: hour, body: "whole" }, fromCache: false, answerBody: "whole" },
        { fromCache: true, answerBody: "whole" },
      ],
    },
    {
      name: "a large body cut short",
      steps: [
        { origin: { headers: hour, fault: "cut", body: "x".repeat(300_000) }, fromCache: false },
        { origin: { headers: hour, body: "whole" }, fromCache: false, answerBody: "whole" },
      ],
    },
    {
      name: "a large chunked body cut short",
      steps: [
        { origin: { headers: hour, fault: "cut-chunked", body: "x".repeat(300_000) }, fromCache: false },
        { origin: { headers: hour, body: "whole" }, fromCache: false, answerBody: "whole" },
      ],
    },
    {
      name: "a stale copy survives a new response that is cut short",
      steps: [
        { origin: { headers: { ...cc("max-age=0"), ...etag }, body: "old" }, fromCache: false },
        { origin: { headers: { ...hour, ETag: '"b"' }, fault: "cut", body: "half" }, fromCache: false },
        {
          origin: { status: 304, headers: { ...hour, ...etag } },
          fromCache: false,
          status: 200,
          answerBody: "old",
        },
      ],
    },
  ],
};
