import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalisePath } from "../../src/http/uri.ts";

describe("RFC 3986 §6.2.2 Syntax-Based Normalization", () => {
  it.each([
    ["nothing encoded", "/user/1", "/user/1"],
    ["an encoded letter", "/%75ser/%31", "/user/1"],
    ["an encoded dot and tilde", "/a%2eb%7E", "/a.b~"],
    ["a delimiter stays", "/a%2Fb%3fc", "/a%2Fb%3Fc"],
    ["UTF-8 gets capital digits", "/%c3%a4", "/%C3%A4"],
    ["a stray percent sign", "/100%/%zz", "/100%/%zz"],
    ["twice encoded is decoded once", "/%2575ser", "/%2575ser"],
  ])("%s", (_, path, expected) => {
    expect(normalisePath(path)).toBe(expected);
  });

  it("is idempotent, but for what a decoded percent sign would make", () => {
    fc.assert(
      fc.property(fc.webPath(), (path) => {
        const once = normalisePath(path);
        expect(normalisePath(once)).toBe(once);
      }),
    );
  });
});
