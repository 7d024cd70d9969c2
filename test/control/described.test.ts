/** What is told of a request to whoever may see, and need not know anybody's credentials. */
import { describe, expect, test } from "vitest";
import { readDescribed, shownValue } from "../../src/control/described.ts";

describe("the value of a field", () => {
  test.each([
    ...["authorization", "proxy-authorization", "cookie", "x-api-key", "x-apikey", "x-auth-token", "x-auth"],
    ...["x-amz-security-token", "x-csrf-token", "x-session-id", "x-secret", "x-user-password", "x-passwd"],
    ...["x-jwt-assertion", "x-credentials", "signature", "x-hub-signature-256", "auth-user"],
  ])("%s is hidden", (name) => {
    expect(shownValue(name, "v")).toBe("hidden");
    expect(shownValue(name, null)).toBeNull();
  });

  test.each([
    "accept",
    "accept-language",
    "x-plan",
    "user-agent",
    "x-author",
    "origin",
    "x-keyed-by",
    "range",
  ])("%s is shown", (name) => {
    expect(shownValue(name, "v")).toBe("v");
  });
});

describe("an address", () => {
  const ORIGIN = "https://api.example.com";
  test.each<[written: string, url: string | null]>([
    ["/a?b=1#c", `${ORIGIN}/a?b=1`],
    ["//a", `${ORIGIN}//a`],
    ["/%7ea", `${ORIGIN}/~a`],
    ["https://other.example/a", "https://other.example/a"],
    ["ftp://other.example/a", null],
    ["", null],
  ])("%s", (written, url) => {
    const described = readDescribed(new URLSearchParams({ url: written }), ORIGIN);
    expect(described.kind === "request" ? described.head.url.href : null).toBe(url);
  });
});
