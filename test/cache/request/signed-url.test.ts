/** Nothing unsigned changes the answer: two requests that ask for different things are never signed alike. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSignedUrl } from "../../../src/cache/request/signed-url.ts";
import { key, NO_CLIENT, request } from "../support.ts";

const OPEN = { key: key({}), signedUrl: { secrets: ["LINK_KEY"], boundToAddress: false } };
const BOUND = { ...OPEN, signedUrl: { secrets: ["LINK_KEY"], boundToAddress: true } };
const SIGNATURE = "0123456789abcdef".repeat(4);
const OWN = `signed-until=1767290400&signature=${SIGNATURE}`;

const read = (target: string, method = "GET") => readSignedUrl(request({}, { method, url: target }), OPEN);

describe("what must have been signed", () => {
  it.each<[name: string, target: string, method: string, lines: readonly string[]]>([
    ["a path", `/a?${OWN}`, "GET", ["GET", "api.example.com", "url", "/a", "1767290400", ""]],
    ["HEAD as GET", `/a?${OWN}`, "HEAD", ["GET", "api.example.com", "url", "/a", "1767290400", ""]],
    ["another method", `/a?${OWN}`, "PUT", ["PUT", "api.example.com", "url", "/a", "1767290400", ""]],
    [
      "a query",
      `/a?b=1&${OWN}&a=%2f`,
      "GET",
      ["GET", "api.example.com", "url", "/a?b=1&a=%2f", "1767290400", ""],
    ],
    [
      "a folder",
      `/a/b/c?${OWN}&signed-below=%2Fa%2F`,
      "GET",
      ["GET", "api.example.com", "below", "/a/", "1767290400", ""],
    ],
    [
      "a port",
      `http://127.0.0.1:8787/a?${OWN}`,
      "GET",
      ["GET", "127.0.0.1:8787", "url", "/a", "1767290400", ""],
    ],
  ])("%s", (_, target, method, lines) => {
    const { url, ...claimed } = read(target, method);
    expect(claimed).toEqual({
      kind: "claimed",
      text: ["selvedge-url-v1", ...lines].join("\n"),
      signature: SIGNATURE,
      expiresAt: 1_767_290_400_000,
    });
    expect(url.search).not.toMatch(/sign/);
  });

  it("the client's address where links are bound to one, and nothing where it is not known", () => {
    const asked = request({}, { url: `/a?${OWN}` });
    const known = { ...asked, client: { ...NO_CLIENT, ip: "203.0.113.9" } };
    expect(readSignedUrl(known, BOUND)).toMatchObject({ text: expect.stringMatching(/\n203\.0\.113\.9$/) });
    expect(readSignedUrl(known, OPEN)).toMatchObject({ text: expect.stringMatching(/\n$/) });
    expect(readSignedUrl(asked, BOUND)).toMatchObject({ kind: "refused", reason: "signature-invalid" });
  });
});

const piece = fc.oneof(
  fc.constantFrom(
    "a=1",
    "a=2",
    "b",
    "",
    "=",
    "a=1;b=2",
    "%61=1",
    "signature",
    "signed-until=1",
    "signed-below=/",
  ),
  fc.constantFrom(`signature=${SIGNATURE}`, "signed-until=99", "signed-below=%2Fa%2F", "signed-below=%zz"),
  fc.webQueryParameters(),
);
const target = fc
  .tuple(
    fc.constantFrom("/", "/a/", "/a/b", "/a/b/", "/a/%2e", "/a/..%2f", "/*"),
    fc.array(piece, { maxLength: 5 }),
  )
  .map(([path, pieces]) => `${path}?${pieces.join("&")}`);
const signed = target.map((path) => `${path}&${OWN}`);

describe("whatever is sent", () => {
  it("never throws, and leaves no parameter of a signature", () => {
    fc.assert(
      fc.property(fc.oneof(target, signed), (path) => {
        const names = [...read(path).url.search.slice(1).split("&")].map((each) => each.split("=", 1)[0]);
        expect(names.filter((name) => /^(?:signature|signed-until|signed-below)$/.test(name ?? ""))).toEqual(
          [],
        );
      }),
    );
  });

  it("is the same URL where the text to be signed is the same, but below a folder", () => {
    fc.assert(
      fc.property(signed, signed, (one, other) => {
        const [first, second] = [read(one), read(other)];
        if (first.kind === "refused" || second.kind === "refused" || first.text !== second.text) return;
        if (first.text.includes("\nbelow\n")) expect([first.url.search, second.url.search]).toEqual(["", ""]);
        else expect(first.url.href).toBe(second.url.href);
      }),
      { numRuns: 2000 },
    );
  });
});
