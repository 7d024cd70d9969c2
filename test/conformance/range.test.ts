/** RFC 9110 §14 and RFC 9111 §3.3, §3.4: ranges from what is stored, and parts that are stored. */
import type { Answer, Fields } from "../support/origin.ts";
import { type Case, runTables, type Step } from "./table.ts";

const hour = { "Cache-Control": "max-age=3600" };
const digits = "0123456789";
const monday = "Mon, 06 Nov 2023 08:49:37 GMT";
const validators = { ETag: '"a"', "Last-Modified": monday };

type Seen = readonly [status: number, body: string, contentRange: string | null];

/** The ten digits are stored whole; then ranges of them are asked for. */
function fromWhole(name: string, headers: Fields, [status, answerBody, contentRange]: Seen): Case {
  return {
    name,
    steps: [
      { origin: { headers: { ...hour, ...validators }, body: digits }, fromCache: false },
      {
        headers,
        fromCache: true,
        status,
        answerBody,
        answers: { "Content-Range": contentRange, "Content-Length": String(answerBody.length) },
      },
    ],
  };
}

/** One request for a part of the digits, and the part that the origin answers with. */
function part(first: number, last: number, more: Fields = {}): Step {
  const headers = { ...hour, ETag: '"a"', "Content-Range": `bytes ${first}-${last}/10`, ...more };
  const body = digits.slice(first, last + 1);
  return {
    headers: { Range: `bytes=${first}-${last}` },
    origin: { status: 206, headers, body },
    fromCache: false,
    status: 206,
    answerBody: body,
  };
}

const whole: Seen = [200, digits, null];

runTables("range", {
  "RFC 9110 §14.2 Range, answered from a stored 200": [
    fromWhole("the first bytes", { Range: "bytes=0-4" }, [206, "01234", "bytes 0-4/10"]),
    fromWhole("bytes amid", { Range: "bytes=2-4" }, [206, "234", "bytes 2-4/10"]),
    fromWhole("one byte", { Range: "bytes=9-9" }, [206, "9", "bytes 9-9/10"]),
    fromWhole("an open end", { Range: "bytes=7-" }, [206, "789", "bytes 7-9/10"]),
    fromWhole("everything, by an open end", { Range: "bytes=0-" }, [206, digits, "bytes 0-9/10"]),
    fromWhole("beyond the end", { Range: "bytes=7-99" }, [206, "789", "bytes 7-9/10"]),
    fromWhole("a suffix", { Range: "bytes=-3" }, [206, "789", "bytes 7-9/10"]),
    fromWhole("a suffix longer than all", { Range: "bytes=-99" }, [206, digits, "bytes 0-9/10"]),
    fromWhole("the unit in upper case", { Range: "BYTES=0-4" }, [206, "01234", "bytes 0-4/10"]),
    fromWhole("unsatisfiable", { Range: "bytes=10-" }, [416, "", "bytes */10"]),
    fromWhole("a suffix of nothing", { Range: "bytes=-0" }, [416, "", "bytes */10"]),
    fromWhole("another unit is ignored", { Range: "lines=0-4" }, whole),
    fromWhole("the end before the start is ignored", { Range: "bytes=4-2" }, whole),
    fromWhole("a malformed one is ignored", { Range: "bytes=a-b" }, whole),
    fromWhole("nothing at all is ignored", { Range: "bytes=" }, whole),
    fromWhole("several ranges: the whole is a right answer", { Range: "bytes=0-1, 3-4" }, whole),
    {
      name: "the fields of the whole go with it",
      steps: [
        { origin: { headers: { ...hour, ETag: '"a"', "X-A": "1" }, body: digits }, fromCache: false },
        {
          headers: { Range: "bytes=0-4" },
          fromCache: true,
          status: 206,
          answers: { ETag: '"a"', "X-A": "1", Age: /^[01]$/ },
        },
      ],
    },
    {
      name: "HEAD knows no ranges",
      steps: [
        { origin: { headers: hour, body: digits }, fromCache: false },
        {
          method: "HEAD",
          headers: { Range: "bytes=0-4" },
          fromCache: true,
          status: 200,
          answers: { "Content-Length": "10", "Content-Range": null },
        },
      ],
    },
    {
      name: "a stored 404 has no ranges",
      steps: [
        { origin: { status: 404, headers: hour, body: digits }, fromCache: false },
        { headers: { Range: "bytes=0-4" }, fromCache: true, status: 404, answerBody: digits },
      ],
    },
    {
      name: "a condition comes before the range",
      steps: [
        { origin: { headers: { ...hour, ETag: '"a"' }, body: digits }, fromCache: false },
        { headers: { Range: "bytes=0-4", "If-None-Match": '"a"' }, fromCache: true, status: 304 },
      ],
    },
    {
      name: "of a large body",
      steps: [
        { origin: { headers: hour, body: digits.repeat(30_000) }, fromCache: false },
        {
          headers: { Range: "bytes=200000-200009" },
          fromCache: true,
          status: 206,
          answerBody: digits,
          answers: { "Content-Range": "bytes 200000-200009/300000" },
        },
      ],
    },
  ],

  "RFC 9110 §13.1.5 If-Range": [
    fromWhole("the same ETag", { Range: "bytes=0-4", "If-Range": '"a"' }, [206, "01234", "bytes 0-4/10"]),
    fromWhole("another ETag", { Range: "bytes=0-4", "If-Range": '"b"' }, whole),
    fromWhole("a weak ETag never matches", { Range: "bytes=0-4", "If-Range": 'W/"a"' }, whole),
    fromWhole("the same date", { Range: "bytes=0-4", "If-Range": monday }, [206, "01234", "bytes 0-4/10"]),
    fromWhole("a later date", { Range: "bytes=0-4", "If-Range": "Tue, 07 Nov 2023 08:49:37 GMT" }, whole),
    fromWhole("nonsense", { Range: "bytes=0-4", "If-Range": "a" }, whole),
    fromWhole("without Range it means nothing", { "If-Range": '"b"' }, whole),
    fromWhole("not met: not even 416", { Range: "bytes=99-", "If-Range": '"b"' }, whole),
  ],

  "a Range that is not stored": [
    {
      name: "an origin that ignores it: the whole is stored, the client gets its part",
      steps: [
        {
          headers: { Range: "bytes=0-4" },
          origin: { headers: hour, body: digits },
          fromCache: false,
          status: 206,
          answerBody: "01234",
        },
        { fromCache: true, status: 200, answerBody: digits },
      ],
    },
    {
      name: "a part never answers for the whole",
      steps: [
        part(0, 4),
        { origin: { headers: hour, body: digits }, fromCache: false, status: 200, answerBody: digits },
      ],
    },
    {
      name: "a part without a validator neither",
      steps: [
        part(0, 4, { ETag: [] }),
        { origin: { headers: hour, body: digits }, fromCache: false, status: 200, answerBody: digits },
      ],
    },
    {
      name: "416 of the origin is passed on and poisons nothing",
      steps: [
        {
          headers: { Range: "bytes=50-" },
          origin: { status: 416, headers: { "Content-Range": "bytes */10" } },
          fromCache: false,
          status: 416,
        },
        { origin: { headers: hour, body: digits }, fromCache: false, status: 200, answerBody: digits },
        { fromCache: true, answerBody: digits },
      ],
    },
    {
      name: "a stale whole is not replaced by a part",
      steps: [
        {
          origin: { headers: { "Cache-Control": "max-age=0", ETag: '"a"' }, body: digits },
          fromCache: false,
        },
        {
          headers: { Range: "bytes=0-4" },
          origin: { status: 304, headers: { ...hour, ETag: '"a"' } },
          fromCache: false,
          status: 206,
          answerBody: "01234",
        },
        { fromCache: true, status: 200, answerBody: digits },
      ],
    },
    {
      name: "multipart parts are passed on, never stored",
      steps: [
        {
          headers: { Range: "bytes=0-1,3-4" },
          origin: {
            status: 206,
            headers: { ...hour, "Content-Type": "multipart/byteranges; boundary=x" },
            body: "--x--",
          },
          fromCache: false,
          status: 206,
          answerBody: "--x--",
        },
        { headers: { Range: "bytes=0-1,3-4" }, fromCache: false },
      ],
    },
  ],

  "RFC 9111 §3.3, §3.4 stored parts": [
    {
      name: "the same part again",
      steps: [
        part(2, 6),
        { headers: { Range: "bytes=2-6" }, fromCache: true, status: 206, answerBody: "23456" },
      ],
    },
    {
      name: "a smaller part of it",
      steps: [
        part(2, 6),
        {
          headers: { Range: "bytes=3-4" },
          fromCache: true,
          status: 206,
          answerBody: "34",
          answers: { "Content-Range": "bytes 3-4/10", "Content-Length": "2" },
        },
      ],
    },
    {
      name: "a suffix within it",
      steps: [part(5, 9), { headers: { Range: "bytes=-2" }, fromCache: true, status: 206, answerBody: "89" }],
    },
    { name: "another part is asked for", steps: [part(0, 4), { ...part(6, 8), fromCache: false }] },
    {
      name: "the whole is completed by what lacks, and stored",
      steps: [
        part(0, 4),
        {
          origin: {
            status: 206,
            headers: { ...hour, ETag: '"a"', "Content-Range": "bytes 5-9/10" },
            body: "56789",
          },
          fromCache: false,
          sent: { Range: "bytes=5-9", "If-Range": '"a"' },
          status: 200,
          answerBody: digits,
        },
        { fromCache: true, status: 200, answerBody: digits },
      ],
    },
    {
      name: "a part that reaches further is completed likewise",
      steps: [
        part(0, 4),
        {
          headers: { Range: "bytes=2-7" },
          origin: {
            status: 206,
            headers: { ...hour, ETag: '"a"', "Content-Range": "bytes 5-7/10" },
            body: "567",
          },
          fromCache: false,
          sent: { Range: "bytes=5-7" },
          status: 206,
          answerBody: "234567",
        },
        { headers: { Range: "bytes=0-7" }, fromCache: true, status: 206, answerBody: "01234567" },
      ],
    },
    {
      name: "bytes before the stored part",
      steps: [
        part(5, 9),
        {
          origin: {
            status: 206,
            headers: { ...hour, ETag: '"a"', "Content-Range": "bytes 0-4/10" },
            body: "01234",
          },
          fromCache: false,
          sent: { Range: "bytes=0-4" },
          status: 200,
          answerBody: digits,
        },
      ],
    },
    {
      name: "the representation has changed: the new one",
      steps: [
        part(0, 4),
        {
          origin: { headers: { ...hour, ETag: '"b"' }, body: "ABCDEFGHIJ" },
          fromCache: false,
          sent: { "If-Range": '"a"' },
          status: 200,
          answerBody: "ABCDEFGHIJ",
        },
        { fromCache: true, status: 200, answerBody: "ABCDEFGHIJ" },
      ],
    },
    {
      name: "parts of different representations are never joined",
      steps: [part(0, 4), { origin: changedPart(), asked: 2, status: 200, answerBody: "ABCDEFGHIJ" }],
    },
    {
      name: "weak validators join nothing",
      steps: [
        part(0, 4, { ETag: 'W/"a"' }),
        {
          origin: { headers: hour, body: digits },
          fromCache: false,
          sent: { Range: null },
          answerBody: digits,
        },
      ],
    },
  ],
});

/** A part of another representation although If-Range forbids it, and the whole to who asks without. */
function changedPart(): Answer {
  return (request, response) => {
    const isPart = request.headers.range !== undefined;
    const fields = { ...hour, ETag: '"b"', ...(isPart && { "Content-Range": "bytes 5-9/10" }) };
    response.writeHead(isPart ? 206 : 200, fields).end(isPart ? "FGHIJ" : "ABCDEFGHIJ");
  };
}
