/** RFC 9111 §3.3, §3.4: ranges that are not stored, parts that are, and what completes them. */
import type { Answer, Fields } from "../../support/origin.ts";
import type { Step, Table } from "../table.ts";

const hour = { "Cache-Control": "max-age=3600" };
const digits = "0123456789";

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

export const parts: Table = {
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
    {
      name: "a part further on comes with what lies between, and both are stored as one",
      steps: [
        part(0, 4),
        {
          headers: { Range: "bytes=6-8" },
          origin: {
            status: 206,
            headers: { ...hour, ETag: '"a"', "Content-Range": "bytes 5-8/10" },
            body: "5678",
          },
          fromCache: false,
          sent: { Range: "bytes=5-8", "If-Range": '"a"' },
          status: 206,
          answerBody: "678",
        },
        { headers: { Range: "bytes=0-8" }, fromCache: true, status: 206, answerBody: "012345678" },
      ],
    },
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
};

/** A part of another representation although If-Range forbids it, and the whole to who asks without. */
function changedPart(): Answer {
  return (request, response) => {
    const isPart = request.headers.range !== undefined;
    const fields = { ...hour, ETag: '"b"', ...(isPart && { "Content-Range": "bytes 5-9/10" }) };
    response.writeHead(isPart ? 206 : 200, fields).end(isPart ? "FGHIJ" : "ABCDEFGHIJ");
  };
}
