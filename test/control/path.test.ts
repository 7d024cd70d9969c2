import { describe, expect, it } from "vitest";
import { isControlPath } from "../../src/control/path.ts";

describe("the control prefix never reaches the origin, however it is spelled", () => {
  it.each([
    ["/__selvedge", true],
    ["/__selvedge/", true],
    ["/__selvedge/health", true],
    ["/__SELVEDGE/health", true],
    ["//__selvedge//health", true],
    ["/%5f_selvedge/health", true],
    ["/__selvedge%2fhealth", true],
    ["/%255f%255fselvedge/health", true],
    ["/__selvedge\\health", true],
    ["/__selvedge;x=1/health", true],
    ["/__selvedge%3bx/health", true],
    ["/__selvedge./health", true],
    ["/__selvedge%2e/health", true],
    ["/__selvedge%00/health", true],
    ["/%25255f_selvedge/health", true],
    ["/a/%2e%2e/__selvedge", false],
    ["/__selvedges", false],
    ["/x/__selvedge", false],
    ["/%zz__selvedge", false],
    ["/", false],
    ["/products", false],
  ])("%s -> %s", (path, expected) => {
    expect(isControlPath(path, "/__selvedge")).toBe(expected);
  });

  it("under another name", () => {
    const paths = ["/ops/edge/purge", "/OPS//edge", "/__selvedge/purge", "/ops"];
    expect(paths.map((path) => isControlPath(path, "/ops/edge"))).toEqual([true, true, false, false]);
  });
});
