import { describe, expect, test } from "vitest";
import { containsNetwork, isInNetwork, parseAddress, parseNetwork } from "../../src/rules/network.ts";

describe("an address is in a network", () => {
  test.each<[address: string, network: string, expected: boolean]>([
    ["192.0.2.1", "192.0.2.0/24", true],
    ["192.0.3.1", "192.0.2.0/24", false],
    ["192.0.2.1", "192.0.2.1", true],
    ["192.0.2.2", "192.0.2.1", false],
    ["203.0.113.9", "0.0.0.0/0", true],
    ["2001:db8::1", "2001:db8::/32", true],
    ["2001:db9::1", "2001:db8::/32", false],
    ["2001:0DB8:0:0::1", "2001:db8::1", true],
    ["::ffff:192.0.2.1", "192.0.2.0/24", true],
    ["::ffff:c000:201", "192.0.2.0/24", true],
    ["192.0.2.1", "::ffff:192.0.2.0/120", true],
    ["192.0.3.1", "::ffff:192.0.2.0/120", false],
    ["192.0.2.1", "2001:db8::/32", false],
    ["2001:db8::1", "192.0.2.0/24", false],
    ["192.0.2.1", "::/0", false],
    ["2001:db8::1", "0.0.0.0/0", false],
  ])("%s in %s: %j", (text, network, expected) => {
    const address = parseAddress(text);
    expect(address !== null && isInNetwork(address, parseNetwork(network))).toBe(expected);
  });

  test.each([
    "",
    "unknown",
    "192.0.2",
    "1.2.3.4.5",
    "192.0.2.1, 192.0.2.2",
    "192.0.2.0/24",
    "0300.0.2.1",
    "1",
  ])("%j is no address", (text) => {
    expect(parseAddress(text)).toBeNull();
  });
});

describe("a network is within another", () => {
  test.each<[outer: string, inner: string, expected: boolean]>([
    ["192.0.2.0/24", "192.0.2.128/25", true],
    ["192.0.2.0/24", "192.0.2.0/24", true],
    ["192.0.2.128/25", "192.0.2.0/24", false],
    ["192.0.2.0/24", "192.0.3.0/25", false],
    ["192.0.2.0/24", "192.0.2.7", true],
    ["2001:db8::/32", "2001:db8:1::/48", true],
    ["0.0.0.0/0", "2001:db8::/48", false],
  ])("%s, %s: %j", (outer, inner, expected) => {
    expect(containsNetwork(parseNetwork(outer), parseNetwork(inner))).toBe(expected);
  });
});
