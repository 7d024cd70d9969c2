/** RFC 9111 §4.4: what an unsafe request makes invalid. */
import type { Answer } from "../../support/origin.ts";
import type { Case, Step, Table } from "../table.ts";

const stored: Answer = { headers: { "Cache-Control": "max-age=3600", ETag: '"a"' }, body: "stored" };
const get: Step = { origin: stored, fromCache: false };

/** A stored response, an unsafe request to the same URI, and whether the stored one is still used. */
function invalidates(method: string, status: number, isInvalid: boolean): Case {
  return {
    name: `${method}, answered ${status}: ${isInvalid ? "invalid" : "still valid"}`,
    steps: [
      get,
      { fromCache: true },
      { method, origin: { status }, fromCache: false, status },
      { origin: stored, fromCache: !isInvalid },
    ],
  };
}

/** Two resources stored; one is written to, and its answer names the other. */
function names(
  name: string,
  field: string,
  value: (path: string) => string,
  isInvalid: boolean,
  status = 201,
): Case {
  return {
    name,
    path: "/d/*",
    steps: [
      { ...get, at: "/other" },
      { method: "POST", origin: naming(field, value, status), fromCache: false, status },
      { at: "/other", fromCache: !isInvalid },
    ],
  };
}

function naming(field: string, value: (path: string) => string, status: number): Answer {
  return (request, response) => {
    const host = request.headers["x-forwarded-host"];
    response
      .writeHead(status, { [field]: value(`${request.url}/other`).replace("HOST", String(host)) })
      .end();
  };
}

export const invalidation: Table = {
  "RFC 9111 §4.4 the target URI": [
    ...["POST", "PUT", "PATCH", "DELETE"].map((method) => invalidates(method, 200, true)),
    invalidates("POST", 201, true),
    invalidates("DELETE", 204, true),
    invalidates("POST", 303, true),
    invalidates("POST", 302, true),
    ...["POST", "PUT", "PATCH", "DELETE"].map((method) => invalidates(method, 400, false)),
    invalidates("PUT", 404, false),
    invalidates("DELETE", 500, false),
    invalidates("POST", 503, false),
    invalidates("OPTIONS", 200, false),
    {
      name: "what is invalid is asked for again",
      steps: [
        get,
        { method: "POST", origin: { status: 204 }, fromCache: false },
        { origin: { ...stored, body: "new" }, fromCache: false, status: 200, answerBody: "new" },
        { fromCache: true, answerBody: "new" },
      ],
    },
    {
      name: "what is stored after it is valid",
      steps: [get, { method: "POST", fromCache: false, origin: { status: 204 } }, get, { fromCache: true }],
    },
    {
      name: "all variants",
      steps: [
        {
          headers: { Foo: "1" },
          origin: { headers: { "Cache-Control": "max-age=3600", Vary: "Foo" } },
          fromCache: false,
        },
        { headers: { Foo: "2" }, fromCache: false },
        { method: "DELETE", origin: { status: 204 }, fromCache: false },
        { headers: { Foo: "1" }, origin: { headers: { Vary: "Foo" } }, fromCache: false },
        { headers: { Foo: "2" }, fromCache: false },
      ],
    },
    {
      name: "not another query of the same path",
      steps: [
        { ...get, at: "?a=1" },
        { method: "POST", at: "?a=2", origin: { status: 204 }, fromCache: false },
        { at: "?a=1", fromCache: true },
      ],
    },
    {
      name: "no stale answer of what is invalid, though the origin fails",
      steps: [
        { origin: { headers: { "Cache-Control": "max-age=3600, stale-if-error=3600" } }, fromCache: false },
        { method: "POST", origin: { status: 204 }, fromCache: false },
        { origin: { status: 503 }, fromCache: false, status: 503 },
      ],
    },
    {
      name: "a write under a rule that passes reads",
      path: "/user/*",
      steps: [{ method: "POST", origin: { status: 204 }, fromCache: false, status: 204 }],
    },
  ],

  "RFC 9111 §4.4 what the answer names": [
    names("Location, a path", "Location", (path) => path, true),
    names("Content-Location, a path", "Content-Location", (path) => path, true),
    names("Location, relative", "Location", (path) => path.split("/").slice(-2).join("/"), true),
    names("Location, absolute, of this origin", "Location", (path) => `http://HOST${path}`, true),
    names(
      "Content-Location, absolute, of this origin",
      "Content-Location",
      (path) => `http://HOST${path}`,
      true,
    ),
    names("Location of another host", "Location", (path) => `http://other.example${path}`, false),
    names(
      "Content-Location of another host",
      "Content-Location",
      (path) => `http://other.example${path}`,
      false,
    ),
    names("Location of another port", "Location", (path) => `http://HOST0${path}`, false),
    names("Location of another scheme", "Location", (path) => `https://HOST${path}`, false),
    names("Location in a failed answer", "Location", (path) => path, false, 400),
    names("Content-Location in a failed answer", "Content-Location", (path) => path, false, 500),
    names("a Location that is no URL", "Location", () => "http://[", false),
  ],
};
