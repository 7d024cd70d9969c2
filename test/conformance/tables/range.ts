/** RFC 9110 §14: ranges answered from what is stored whole. */
import type { Fields } from "../../support/origin.ts";
import type { Case, Table } from "../table.ts";

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

const whole: Seen = [200, digits, null];

export const range: Table = {
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
};
