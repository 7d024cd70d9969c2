import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pathReadings } from "../../src/http/path-readings.ts";
import { normalisePath } from "../../src/http/uri.ts";

describe("paths that servers read in one way", () => {
  it.each(["/", "/user/1", "/a.b/c.css", "/100%25", "/%C3%BC", "/100%/%zz", "/my%20files/1", "/a%22b"])(
    "%s",
    (path) => {
      expect(pathReadings(path)).toEqual([]);
    },
  );
});

describe("paths that servers read in other ways", () => {
  it.each([
    ["an encoded slash", "/user%2F1", "/user/1"],
    ["an encoded backslash", "/user%5C1", "/user/1"],
    ["encoded twice", "/user%252F1", "/user/1"],
    ["a letter encoded twice", "/%2575ser/1", "/user/1"],
    ["in IIS's way", "/user%u002f1", "/user/1"],
    ["two overlong octets", "/user%C0%AF1", "/user/1"],
    ["three overlong octets", "/user%E0%80%AF1", "/user/1"],
    ["four overlong octets", "/user%F0%80%80%AF1", "/user/1"],
    ["overlong dots", "/a/%C0%AE%C0%AE/user/1", "/user/1"],
    ["a parameter", "/user;v=1/1", "/user/1"],
    ["an encoded parameter", "/user%3Bv=1/1", "/user/1"],
    ["dots with a parameter", "/static/..;/user/1", "/user/1"],
    ["dots behind an encoded slash", "/static/..%2Fuser/1", "/user/1"],
    ["dots encoded twice", "/static/%252e%252e/user/1", "/user/1"],
    ["doubled slashes", "//user//1", "/user/1"],
    ["cut at NUL", "/user/1%00.css", "/user/1"],
    ["without NUL", "/us%00er/1", "/user/1"],
    ["cut at a line's end", "/user/1%0A.css", "/user/1"],
    ["cut at an encoded question mark", "/user/1%3Fx.css", "/user/1"],
    ["cut at an encoded hash", "/user/1%23x.css", "/user/1"],
    ["a dot at the end", "/user./1.", "/user/1"],
    ["a space at the end", "/user%20/1%20", "/user/1"],
    ["reserved characters encoded", "/%40me%2Cx/1", "/@me,x/1"],
    ["several at once", "/static/..%252F;x/user%3By%2F1", "/user/1"],
  ])("%s", (_, path, reading) => {
    expect(pathReadings(normalisePath(path))).toContain(reading);
  });

  it("takes none of the ways for the only one", () => {
    const path = "/static/..%2Fuser/1;/..;/..;/static/x";
    expect(pathReadings(path)).toEqual(expect.arrayContaining(["/user/1;/..;/..;/static/x", "/static/x"]));
  });

  it.each([
    ["of many kinds", `/a%2F..;x%2F%252e%252e%5C.%20//b;c/%00d%3Fe`],
    ["of many layers", `/${"%25".repeat(100)}2F`],
    ["long", `/${"a;b//%252e.".repeat(1500)}`],
  ])("gives a path up that is %s", (_, path) => {
    const readings = pathReadings(path);
    expect(readings === null || readings.length <= 24).toBe(true);
    if (path.includes("//")) expect(readings).toBeNull();
  });

  it("finds paths only, never that which was asked, and stops", () => {
    const piece = fc.constantFrom(
      "/",
      "a",
      ".",
      "..",
      ";",
      "%2F",
      "%5C",
      "%25",
      "2F",
      "%00",
      "%3B",
      "%20",
      "%C0%AF",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const path = normalisePath(new URL(`http://h/${pieces.join("")}`).pathname);
        for (const reading of pathReadings(path) ?? []) {
          expect(reading.startsWith("/")).toBe(true);
          expect(reading).not.toBe(path);
        }
      }),
    );
  });
});
