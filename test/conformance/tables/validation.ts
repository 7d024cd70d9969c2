/** RFC 9111 §4.3: what is asked to validate a stored response, and what comes of the answer. */
import type { Answer, Fields } from "../../support/origin.ts";
import type { Case, Step, Table } from "../table.ts";

const monday = "Mon, 06 Nov 2023 08:49:37 GMT";
const hour = { "Cache-Control": "max-age=3600" };
const stale = { "Cache-Control": "max-age=0" };

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

export const validation: Table = {
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
};

/** 304 for something else to whoever asks with a condition, a whole answer to the others. */
function mismatching(body: string): Answer {
  return (request, response) => {
    const isConditional = request.headers["if-none-match"] !== undefined;
    response.writeHead(isConditional ? 304 : 200, { ...hour, ETag: '"z"' });
    response.end(isConditional ? undefined : body);
  };
}
