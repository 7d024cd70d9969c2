import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, test, vi } from "vitest";
import {
  compileNetworks,
  containsNetwork,
  parseAddress,
  parseNetwork,
} from "../../../src/rules/match/network.ts";

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
    expect(address !== null && compileNetworks([parseNetwork(network)])(address)).toBe(expected);
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

describe("a list of networks", () => {
  const V4 = fc.ipV4();
  // Few values, so that addresses share prefixes.
  const V6 = fc
    .array(fc.constantFrom("0", "1", "ffff", "c000", "A0b"), { minLength: 8, maxLength: 8 })
    .map((groups) => groups.join(":"));
  const mapped = V4.map((text) => `::ffff:${text}`);
  // RFC 4291 §2.5.5.1: a form that is no longer used, which ipaddr.js takes for the mapped one.
  const isCompatible = (text: string) => /^::\d+\./.test(text);
  const address = fc.oneof(V4, V6, fc.ipV6(), mapped).filter((text) => !isCompatible(text));
  const network = fc.oneof(
    fc.tuple(V4, fc.integer({ min: 0, max: 32 })),
    fc.tuple(fc.oneof(V6, mapped), fc.integer({ min: 0, max: 128 })),
  );
  const list = fc.array(network, { maxLength: 30 }).map((pairs) => pairs.map((pair) => pair.join("/")));

  /** As ipaddr.js, which the rules file is read with, finds it. */
  const isInOne = (text: string, networks: readonly string[]) => {
    const client = ipaddr.process(text);
    return networks.some((each) => {
      const [of, bits] = ipaddr.parseCIDR(each);
      const isMapped = of instanceof ipaddr.IPv6 && of.isIPv4MappedAddress() && bits >= 96;
      const [first, length] = isMapped ? [of.toIPv4Address(), bits - 96] : [of, bits];
      return client.kind() === first.kind() && client.match(first, length);
    });
  };

  test("has the addresses that one of them has", () => {
    fc.assert(
      fc.property(list, address, (written, text) => {
        const parsed = parseAddress(text);
        expect(parsed !== null && compileNetworks(written.map(parseNetwork))(parsed)).toBe(
          isInOne(text, written),
        );
      }),
      { numRuns: 5000 },
    );
  });

  test("an address is read as ipaddr.js reads it, in every spelling that RFC 4291 has", () => {
    fc.assert(
      fc.property(address, (text) => {
        expect(parseAddress(text)).toEqual(ipaddr.process(text).toByteArray());
      }),
      { numRuns: 5000 },
    );
  });

  test("what it does not read is no address, or none that a platform would write", () => {
    const character = fc.constantFrom(..."0123456789abfF:.:.:%/ x");
    fc.assert(
      fc.property(fc.array(character, { maxLength: 24 }), (characters) => {
        const text = characters.join("");
        const parsed = parseAddress(text);
        if (parsed !== null && !isCompatible(text))
          expect(parsed).toEqual(ipaddr.process(text).toByteArray());
      }),
      { numRuns: 5000 },
    );
  });

  test("of ten thousand is looked at as often as it has lengths of prefixes", () => {
    const written = Array.from({ length: 10_000 }, (_, index) => `10.${index >> 8}.${index & 255}.0/24`);
    const has = compileNetworks([...written, "192.0.2.0/25", "2001:db8::/32"].map(parseNetwork));
    const [known, unknown] = [parseAddress("10.39.15.1"), parseAddress("198.51.100.1")];
    const looks = vi.spyOn(String, "fromCharCode");
    expect([known && has(known), unknown && has(unknown)]).toEqual([true, false]);
    expect(looks.mock.calls.length).toBeLessThanOrEqual(4);
    looks.mockRestore();
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
