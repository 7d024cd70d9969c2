/** RFC 9110 §13: the conditions of clients, answered from the cache. */
import type { Fields } from "../../support/origin.ts";
import { type Case, hoursFromNow, type Table } from "../table.ts";

const monday = "Mon, 06 Nov 2023 08:49:37 GMT";
const tuesday = "Tue, 07 Nov 2023 08:49:37 GMT";
const sunday = "Sun, 05 Nov 2023 08:49:37 GMT";
const hour = { "Cache-Control": "max-age=3600" };

/** A fresh response with these fields is stored; then a client asks with its own conditions. */
function conditional(name: string, stored: Fields, condition: Fields, status: 200 | 304): Case {
  return {
    name,
    steps: [
      { origin: { headers: { ...hour, ...stored }, body: "stored" }, fromCache: false },
      { headers: condition, fromCache: true, status, answerBody: status === 304 ? "" : "stored" },
    ],
  };
}

export const conditions: Table = {
  "RFC 9110 §13.1.2 If-None-Match, answered from the cache": [
    conditional("a strong tag", { ETag: '"a"' }, { "If-None-Match": '"a"' }, 304),
    conditional("another tag", { ETag: '"a"' }, { "If-None-Match": '"b"' }, 200),
    conditional("a weak tag against a strong one", { ETag: '"a"' }, { "If-None-Match": 'W/"a"' }, 304),
    conditional("a strong tag against a weak one", { ETag: 'W/"a"' }, { "If-None-Match": '"a"' }, 304),
    conditional("w/ in lower case is no tag", { ETag: '"a"' }, { "If-None-Match": 'w/"a"' }, 200),
    conditional("in a list", { ETag: '"a"' }, { "If-None-Match": '"x", "a", "y"' }, 304),
    conditional("in a list without whitespace", { ETag: '"a"' }, { "If-None-Match": '"x","a"' }, 304),
    conditional("in a second line", { ETag: '"a"' }, { "If-None-Match": ['"x"', '"a"'] }, 304),
    conditional("a comma in a tag", { ETag: '"a,b"' }, { "If-None-Match": '"a,b"' }, 304),
    conditional("a part of a tag with a comma", { ETag: '"a"' }, { "If-None-Match": '"x,"a"' }, 200),
    conditional("a list without it", { ETag: '"a"' }, { "If-None-Match": '"x", "y"' }, 200),
    conditional("*", { ETag: '"a"' }, { "If-None-Match": "*" }, 304),
    conditional("* without an ETag", {}, { "If-None-Match": "*" }, 304),
    conditional("nothing stored to compare with", {}, { "If-None-Match": '"a"' }, 200),
    conditional("a tag without quotes is no tag", { ETag: '"a"' }, { "If-None-Match": "a" }, 200),
    conditional("an empty tag", { ETag: '""' }, { "If-None-Match": '""' }, 304),
    conditional(
      "it wins over If-Modified-Since, which says 304",
      { ETag: '"a"', "Last-Modified": monday },
      { "If-None-Match": '"b"', "If-Modified-Since": tuesday },
      200,
    ),
    conditional(
      "it wins over If-Modified-Since, which says 200",
      { ETag: '"a"', "Last-Modified": monday },
      { "If-None-Match": '"a"', "If-Modified-Since": sunday },
      304,
    ),
  ],

  "RFC 9110 §13.1.3 If-Modified-Since, answered from the cache": [
    conditional("the same date", { "Last-Modified": monday }, { "If-Modified-Since": monday }, 304),
    conditional("a later date", { "Last-Modified": monday }, { "If-Modified-Since": tuesday }, 304),
    conditional("an earlier date", { "Last-Modified": monday }, { "If-Modified-Since": sunday }, 200),
    conditional(
      "an invalid date is ignored",
      { "Last-Modified": monday },
      { "If-Modified-Since": "monday" },
      200,
    ),
    conditional(
      "the format of RFC 850",
      { "Last-Modified": monday },
      { "If-Modified-Since": "Monday, 06-Nov-23 08:49:37 GMT" },
      304,
    ),
    conditional(
      "the format of asctime",
      { "Last-Modified": monday },
      { "If-Modified-Since": "Mon Nov  6 08:49:37 2023" },
      304,
    ),
    conditional(
      "without Last-Modified the Date counts",
      { Date: hoursFromNow(0) },
      { "If-Modified-Since": hoursFromNow(1) },
      304,
    ),
    conditional("before the Date", { Date: hoursFromNow(0) }, { "If-Modified-Since": hoursFromNow(-1) }, 200),
  ],

  "RFC 9110 §15.4.5 304 Not Modified": [
    {
      name: "the fields a 304 must carry, and no others",
      steps: [
        {
          origin: {
            headers: {
              ...hour,
              ETag: '"a"',
              Vary: "Foo",
              Expires: tuesday,
              "Content-Location": "/x",
              "Content-Type": "text/plain",
              "X-Foo": "1",
            },
          },
          fromCache: false,
        },
        {
          headers: { "If-None-Match": '"a"' },
          fromCache: true,
          status: 304,
          answers: {
            ETag: '"a"',
            Vary: "Foo",
            Expires: tuesday,
            "Content-Location": "/x",
            "Cache-Control": "max-age=3600",
            Date: /GMT$/,
            Age: /^[01]$/,
            "Content-Type": null,
            "X-Foo": null,
          },
        },
      ],
    },
    {
      name: "an error is not Not Modified",
      steps: [
        { origin: { status: 404, headers: { ...hour, ETag: '"a"' } }, fromCache: false, status: 404 },
        { headers: { "If-None-Match": '"a"' }, fromCache: true, status: 404 },
      ],
    },
    {
      name: "HEAD gets it too",
      steps: [
        { origin: { headers: { ...hour, ETag: '"a"' } }, fromCache: false },
        { method: "HEAD", headers: { "If-None-Match": '"a"' }, fromCache: true, status: 304 },
      ],
    },
    {
      name: "on a miss the whole is fetched, stored, and the client gets its 304",
      steps: [
        {
          headers: { "If-None-Match": '"a"' },
          origin: { headers: { ...hour, ETag: '"a"' }, body: "whole" },
          fromCache: false,
          status: 304,
        },
        { fromCache: true, status: 200, answerBody: "whole" },
      ],
    },
    {
      name: "an unconditional request never gets the 304 of a conditional one",
      steps: [
        {
          headers: { "If-None-Match": '"a"' },
          origin: { status: 304, headers: { ...hour, ETag: '"a"' } },
          status: 304,
        },
        {
          origin: { headers: { ...hour, ETag: '"a"' }, body: "whole" },
          fromCache: false,
          status: 200,
          answerBody: "whole",
        },
      ],
    },
    {
      name: "If-Match is the origin's to judge",
      steps: [
        { origin: { headers: { ...hour, ETag: '"a"' } }, fromCache: false },
        {
          headers: { "If-Match": '"b"' },
          origin: { status: 412 },
          fromCache: false,
          status: 412,
          sent: { "If-Match": '"b"' },
        },
      ],
    },
    {
      name: "If-Unmodified-Since is the origin's to judge",
      steps: [
        { origin: { headers: { ...hour, "Last-Modified": monday } }, fromCache: false },
        {
          headers: { "If-Unmodified-Since": sunday },
          origin: { status: 412 },
          fromCache: false,
          status: 412,
        },
      ],
    },
  ],
};
