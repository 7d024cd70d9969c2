/** RFC 9111 §4.3 and RFC 9110 §13: conditional requests, on both sides of the cache. */
import type { Answer, Fields } from "../support/origin.ts";
import { type Case, hoursFromNow, runTables, type Step } from "./table.ts";

const monday = "Mon, 06 Nov 2023 08:49:37 GMT";
const tuesday = "Tue, 07 Nov 2023 08:49:37 GMT";
const sunday = "Sun, 05 Nov 2023 08:49:37 GMT";
const hour = { "Cache-Control": "max-age=3600" };
const stale = { "Cache-Control": "max-age=0" };

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

/** A stale response with these fields is stored; then the origin is asked with what follows. */
function validates(name: string, stored: Fields, sent: Record<string, string | null>): Case {
  return {
    name,
    steps: [
      { origin: { headers: { ...stale, ...stored }, body: "stored" }, fromCache: false },
      { fromCache: false, sent },
    ],
  };
}

/** A stale response; the origin's answer to its validation; then what a later request gets. */
function freshens(name: string, stored: Fields, confirmed: Fields, answers: Step["answers"] = {}): Case {
  return {
    name,
    steps: [
      { origin: { headers: { ...stale, ETag: '"a"', ...stored }, body: "stored" }, fromCache: false },
      {
        origin: { status: 304, headers: { ...hour, ETag: '"a"', ...confirmed } },
        fromCache: false,
        status: 200,
        answerBody: "stored",
        answers,
      },
      { fromCache: true, status: 200, answerBody: "stored", answers },
    ],
  };
}

runTables("validation", {
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

  "RFC 9111 §4.3.1 Sending a Validation Request": [
    validates("an ETag", { ETag: '"a"' }, { "If-None-Match": '"a"', "If-Modified-Since": null }),
    validates("a weak ETag", { ETag: 'W/"a"' }, { "If-None-Match": 'W/"a"' }),
    validates(
      "Last-Modified",
      { "Last-Modified": monday },
      { "If-Modified-Since": monday, "If-None-Match": null },
    ),
    validates(
      "both",
      { ETag: '"a"', "Last-Modified": monday },
      { "If-None-Match": '"a"', "If-Modified-Since": monday },
    ),
    validates("an ETag of commas and spaces", { ETag: '"a, b"' }, { "If-None-Match": '"a, b"' }),
    validates("no validator, no condition", {}, { "If-None-Match": null, "If-Modified-Since": null }),
    {
      name: "the client's own condition is not sent in place of ours",
      steps: [
        { origin: { headers: { ...stale, ETag: '"a"' }, body: "stored" }, fromCache: false },
        {
          headers: { "If-None-Match": '"z"' },
          origin: { status: 304, headers: { ETag: '"a"' } },
          fromCache: false,
          sent: { "If-None-Match": /"a"/ },
          status: 200,
          answerBody: "stored",
        },
      ],
    },
    {
      name: "a validation that the client's condition matches ends in 304",
      steps: [
        { origin: { headers: { ...stale, ETag: '"a"' }, body: "stored" }, fromCache: false },
        {
          headers: { "If-None-Match": '"a"' },
          origin: { status: 304, headers: { ETag: '"a"' } },
          fromCache: false,
          status: 304,
        },
      ],
    },
  ],

  "RFC 9111 §4.3.3, §4.3.4 the origin's answer to a validation": [
    freshens("a 304 makes it fresh again", {}, {}),
    freshens("its fields replace the stored ones", { "X-A": "1" }, { "X-A": "2" }, { "X-A": "2" }),
    freshens("new fields are added", {}, { "X-New": "1" }, { "X-New": "1" }),
    freshens("fields it lacks stay", { "X-A": "1" }, {}, { "X-A": "1" }),
    freshens("Content-Length stays", {}, { "Content-Length": "99" }, { "Content-Length": "6" }),
    freshens("Content-Encoding stays", {}, { "Content-Encoding": "x-foo" }, { "Content-Encoding": null }),
    freshens(
      "Content-Type is updated",
      { "Content-Type": "text/a" },
      { "Content-Type": "text/b" },
      { "Content-Type": "text/b" },
    ),
    freshens("Set-Cookie is neither stored nor a hindrance", {}, { "Set-Cookie": "a=1" }),
    freshens("an old Age does not count on", { Age: "5000" }, {}, { Age: /^[01]$/ }),
    freshens("a weak tag confirms", { ETag: 'W/"a"' }, { ETag: 'W/"a"' }),
    freshens("without any tag it confirms what was asked for", {}, { ETag: [] }, { ETag: '"a"' }),
    {
      name: "a 304 by Last-Modified",
      steps: [
        { origin: { headers: { ...stale, "Last-Modified": monday }, body: "stored" }, fromCache: false },
        {
          origin: { status: 304, headers: { ...hour, "Last-Modified": monday } },
          fromCache: false,
          status: 200,
          answerBody: "stored",
        },
        { fromCache: true, answerBody: "stored" },
      ],
    },
    {
      name: "a 304 with no-store is answered, and the copy is forgotten",
      steps: [
        { origin: { headers: { ...stale, ETag: '"a"' }, body: "stored" }, fromCache: false },
        {
          origin: { status: 304, headers: { "Cache-Control": "no-store", ETag: '"a"' } },
          fromCache: false,
          status: 200,
          answerBody: "stored",
        },
        {
          origin: { headers: hour, body: "new" },
          fromCache: false,
          sent: { "If-None-Match": null },
          answerBody: "new",
        },
      ],
    },
    {
      name: "a 304 of another tag leads to one unconditional request",
      steps: [
        { origin: { headers: { ...stale, ETag: '"a"' }, body: "stored" }, fromCache: false },
        {
          origin: mismatching("one"),
          asked: 2,
          status: 200,
          answerBody: "one",
          sent: { "If-None-Match": null },
        },
        { fromCache: true, answerBody: "one" },
      ],
    },
    {
      name: "a 200 replaces what was stored",
      steps: [
        { origin: { headers: { ...stale, ETag: '"a"', "X-Old": "1" }, body: "old" }, fromCache: false },
        {
          origin: { headers: { ...hour, ETag: '"b"' }, body: "new" },
          fromCache: false,
          sent: { "If-None-Match": '"a"' },
          answerBody: "new",
          answers: { "X-Old": null },
        },
        { fromCache: true, answerBody: "new", answers: { ETag: '"b"', "X-Old": null } },
      ],
    },
    {
      name: "a 500 is passed on, and the copy stays to be validated",
      steps: [
        { origin: { headers: { ...stale, ETag: '"a"' }, body: "stored" }, fromCache: false },
        { origin: { status: 500, body: "broken" }, fromCache: false, status: 500, answerBody: "broken" },
        {
          origin: { status: 304, headers: { ...hour, ETag: '"a"' } },
          fromCache: false,
          status: 200,
          answerBody: "stored",
        },
      ],
    },
    {
      name: "a 404 with a lifetime takes its place",
      steps: [
        { origin: { headers: { ...stale, ETag: '"a"' }, body: "stored" }, fromCache: false },
        { origin: { status: 404, headers: hour, body: "gone" }, fromCache: false, status: 404 },
        { fromCache: true, status: 404, answerBody: "gone" },
      ],
    },
  ],
});

/** 304 for something else to whoever asks with a condition, a whole answer to the others. */
function mismatching(body: string): Answer {
  return (request, response) => {
    const isConditional = request.headers["if-none-match"] !== undefined;
    response.writeHead(isConditional ? 304 : 200, { ...hour, ETag: '"z"' });
    response.end(isConditional ? undefined : body);
  };
}
