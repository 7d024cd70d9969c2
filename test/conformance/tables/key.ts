import type { Table } from "../table.ts";

export const key: Table = {
  "RFC 9111 §2 the cache key": [
    {
      name: "another query is another resource",
      steps: [
        { at: "?a=1", origin: { headers: { "Cache-Control": "max-age=3600" } }, fromCache: false },
        { at: "?a=2", fromCache: false },
        { at: "?a=1", fromCache: true },
      ],
    },
    {
      name: "the order of parameters counts",
      steps: [
        { at: "?a=1&b=2", origin: { headers: { "Cache-Control": "max-age=3600" } }, fromCache: false },
        { at: "?b=2&a=1", fromCache: false },
      ],
    },
    {
      name: "an overlong URL is keyed in full",
      steps: [
        {
          at: `?q=${"x".repeat(4000)}1`,
          origin: { headers: { "Cache-Control": "max-age=3600" } },
          fromCache: false,
        },
        { at: `?q=${"x".repeat(4000)}2`, fromCache: false },
        { at: `?q=${"x".repeat(4000)}1`, fromCache: true },
      ],
    },
    {
      name: "the query reaches the origin as it was sent",
      steps: [
        {
          at: "?b=%20+x&&a",
          origin: (request, response) => response.end(request.url?.split("?")[1]),
          fromCache: false,
          answerBody: "b=%20+x&&a",
        },
      ],
    },
  ],
};
