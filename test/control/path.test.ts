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
    ["/__selvedges", false],
    ["/x/__selvedge", false],
    ["/%zz__selvedge", false],
    ["/", false],
    ["/products", false],
  ])("%s -> %s", (path, expected) => {
    expect(isControlPath(path)).toBe(expected);
  });
});
