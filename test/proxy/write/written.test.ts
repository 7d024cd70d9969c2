/** Read your writes: a client proves when it wrote, and nothing else. */
import { describe, expect, it } from "vitest";
import { withoutWritten, writtenAt, writtenCookie } from "../../../src/proxy/write/written.ts";
import { request } from "../../cache/support.ts";
import { configWith } from "../../support/config.ts";

const NOW = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
const config = configWith();

const asking = (cookie: string, url = "https://api.example.com/") => request({ Cookie: cookie }, { url });

/** The pair that a browser sends back. */
async function pairOf(now = NOW, secure = true): Promise<string> {
  const cookie = await writtenCookie({ now, seconds: 10, secure }, config);
  return cookie?.split(";")[0] ?? "";
}

describe("the cookie of a writer", () => {
  it("stays with the browser and the host that it is for", async () => {
    expect(await writtenCookie({ now: NOW, seconds: 10, secure: true }, config)).toMatch(
      /^__Host-selvedge-written=\d+\.[0-9a-f]{64}; Path=\/; Max-Age=10; HttpOnly; SameSite=Lax; Secure$/,
    );
  });

  it("needs no TLS where there is none", async () => {
    const cookie = await writtenCookie({ now: NOW, seconds: 10, secure: false }, config);
    expect(cookie).toMatch(/^selvedge-written=[^;]+; Path=\/; Max-Age=10; HttpOnly; SameSite=Lax$/);
    const local = asking(await pairOf(NOW, false), "http://localhost:8787/");
    expect(await writtenAt(local, NOW, config)).toBe(NOW);
  });

  it("does not exist without a secret", async () => {
    const without = configWith({ secret: null });
    expect(await writtenCookie({ now: NOW, seconds: 10, secure: true }, without)).toBeNull();
    expect(await writtenAt(asking(await pairOf()), NOW, without)).toBeNull();
  });
});

describe("when a client last wrote", () => {
  it.each<[name: string, age: number, known: boolean]>([
    ["just now", 0, true],
    ["an hour ago", HOUR, true],
    ["more than an hour ago, in a cookie that was kept", HOUR + 1, false],
    ["in another data centre, whose clock is a little ahead", -5_000, true],
    ["in the future", -5_001, false],
  ])("%s", async (_, age, known) => {
    const at = NOW - age;
    expect(await writtenAt(asking(await pairOf(at)), NOW, config)).toBe(known ? at : null);
  });

  it("is found among other cookies", async () => {
    expect(await writtenAt(asking(`a=b; ${await pairOf()}; c=d`), NOW, config)).toBe(NOW);
  });

  it.each<[name: string, forge: (pair: string) => string]>([
    ["another instant", (pair) => pair.replace(String(NOW), String(NOW - 1))],
    ["a signature cut short", (pair) => pair.slice(0, -1)],
    ["another signature", (pair) => pair.slice(0, -1) + (pair.endsWith("0") ? "1" : "0")],
    ["no signature", (pair) => pair.split(".")[0] ?? ""],
    ["nothing", () => "__Host-selvedge-written="],
    ["the name that TLS does not protect", (pair) => pair.replace("__Host-", "")],
  ])("is not believed with %s", async (_, forge) => {
    expect(await writtenAt(asking(forge(await pairOf())), NOW, config)).toBeNull();
  });

  it("is not believed when another secret signed it", async () => {
    const other = configWith({ secret: "a different secret, of 32 characters" });
    expect(await writtenAt(asking(await pairOf()), NOW, other)).toBeNull();
  });
});

describe("what is passed on", () => {
  it.each([
    ["a=b; __Host-selvedge-written=1.x; c=d", "a=b; c=d"],
    ["__Host-selvedge-written=1.x; c=d", "c=d"],
    ["a=b;selvedge-written=1.x", "a=b"],
    ["a=b; selvedge-written", "a=b"],
    ["my-selvedge-written=1", "my-selvedge-written=1"],
    ["__Host-selvedge-written=1.x", null],
    ["a=selvedge-written", "a=selvedge-written"],
  ])("%s: %s", (sent, kept) => {
    expect(withoutWritten(new Headers({ Cookie: sent })).get("cookie")).toBe(kept);
  });

  it("is the very same fields where there is nothing to take out", () => {
    const headers = new Headers({ Cookie: "a=b" });
    expect(withoutWritten(headers)).toBe(headers);
  });
});
