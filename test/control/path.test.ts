import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isControlPath, isPlainPath } from "../../src/control/path.ts";

describe("the control prefix never reaches the origin, however it is spelled", () => {
  it.each<[path: string, isControl: boolean]>([
    ["/__selvedge", true],
    ["/__selvedge/", true],
    ["/__selvedge/health", true],
    ["/__SELVEDGE/health", true],
    ["//__selvedge//health", true],
    ["/%5f_selvedge/health", true],
    ["/__selvedge%2fhealth", true],
    ["/%255f%255fselvedge/health", true],
    ["/%25255f_selvedge/health", true],
    ["/%252525252525255f_selvedge/health", true],
    ["/%25%35%66_selvedge/health", true],
    ["/%5F_%53ELVEDGE/health", true],
    ["/__selvedge\\health", true],
    ["/%5c__selvedge%5chealth", true],
    ["/__selvedge;x=1/health", true],
    ["/__selvedge%3bx/health", true],
    ["/;x/__selvedge", true],
    ["/__selvedge./health", true],
    ["/__selvedge%2e/health", true],
    ["/__selvedge%20/health", true],
    ["/__selvedge%09", true],
    ["/__selvedge%0d%0a", true],
    ["/__selvedge%00/health", true],
    ["/__selvedge%00.html", true],
    ["/__sel%00vedge/health", true],
    ["/__selvedge%3fx=1", true],
    ["/__selvedge%23x", true],
    ["/%2e/__selvedge", true],
    ["/%252e/__selvedge", true],
    ["/a/%2e%2e/__selvedge", true],
    ["/a/%252e%252e/__selvedge", true],
    ["/a%2f..%2f__selvedge", true],
    ["/a/..;/__selvedge", true],
    ["/.;/__selvedge", true],
    ["/__selvedge%2f..%2fproducts", true],
    ["/__selvedge/%252e%252e/products", true],
    ["/__selvedges", false],
    ["/__selvedge-2", false],
    ["/x/__selvedge", false],
    ["/X/__selvedge", false],
    ["/x;/__selvedge", false],
    ["/%zz__selvedge", false],
    ["/files/report.PDF", false],
    ["/", false],
    ["/products", false],
    ["/caf%C3%A9/%252e", false],
  ])("%s -> %s", (path, expected) => {
    expect(isControlPath(path, "/__selvedge")).toBe(expected);
  });

  it("under another name", () => {
    const paths = ["/ops/edge/purge", "/OPS//edge", "/ops/x/..%2fedge", "/__selvedge/purge", "/ops"];
    expect(paths.map((path) => isControlPath(path, "/ops/edge"))).toEqual([true, true, true, false, false]);
  });

  it("with any letters encoded, any number of times", () => {
    const encoded = (letter: string, times: number) =>
      times === 0 ? letter : `%${"25".repeat(times - 1)}${letter.charCodeAt(0).toString(16)}`;
    const times = fc.array(fc.nat({ max: 4 }), { minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(times, (counts) => {
        const name = [..."__selvedge"].map((letter, index) => encoded(letter, counts[index] ?? 0)).join("");
        expect(isControlPath(`/${name}/health`, "/__selvedge")).toBe(true);
      }),
    );
  });
});

describe("only one spelling is answered", () => {
  it.each<[path: string, isPlain: boolean]>([
    ["/__selvedge", true],
    ["/__selvedge/health", true],
    ["/__selvedge/openapi.json", true],
    ["/__selvedge/", false],
    ["/__selvedge/health/", false],
    ["/__selvedge//health", false],
    ["//__selvedge/health", false],
    ["/__Selvedge/health", false],
    ["/__selvedge/%68ealth", false],
    ["/__selvedge/health;x", false],
    ["/__selvedge\\health", false],
    ["/products", false],
  ])("%s -> %s", (path, expected) => {
    expect(isPlainPath(path, "/__selvedge")).toBe(expected);
  });
});
