import { describe, expect, test } from "vitest";
import { Attempts, clientOf } from "../../src/control/limits.ts";

describe("attempts", () => {
  test("count for a minute from the first", () => {
    const attempts = new Attempts();
    for (let count = 0; count < 10; count++) {
      expect(attempts.blockedFor("a", 1000)).toBe(null);
      attempts.failed("a", 1000 + count);
    }
    expect(attempts.blockedFor("a", 1010)).toBe(60);
    expect(attempts.blockedFor("a", 60_500)).toBe(1);
    expect(attempts.blockedFor("a", 61_000)).toBe(null);
    expect(attempts.blockedFor("b", 1010)).toBe(null);
    attempts.failed("a", 61_000);
    expect(attempts.blockedFor("a", 61_000)).toBe(null);
  });

  test("take no more room than for ten thousand clients", () => {
    const attempts = new Attempts();
    attempts.block("first", 0);
    for (let client = 0; client < 9999; client++) attempts.failed(`client-${client}`, 0);
    expect(attempts.blockedFor("first", 0)).toBe(60);
    attempts.failed("one more", 0);
    expect(attempts.blockedFor("first", 0)).toBe(null);
  });
});

describe("who is counted together", () => {
  test.each<[title: string, one: string, other: string, isSame: boolean]>([
    ["an address", "192.0.2.1", "192.0.2.1", true],
    ["two addresses", "192.0.2.1", "192.0.2.2", false],
    ["a network of IPv6", "2001:db8::1", "2001:db8::ffff", true],
    ["two networks of IPv6", "2001:db8::1", "2001:db8:0:1::1", false],
    ["IPv4 within IPv6", "::ffff:192.0.2.1", "192.0.2.1", true],
  ])("%s", (_, one, other, isSame) => {
    const [a, b] = [one, other].map((ip) =>
      clientOf(new Request("https://a.example", { headers: { "cf-connecting-ip": ip } })),
    );
    expect(a === b).toBe(isSame);
  });
});
