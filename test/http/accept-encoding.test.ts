import { describe, expect, it } from "vitest";
import { acceptedEncoding } from "../../src/http/accept-encoding.ts";

const BR_FIRST = ["br", "gzip"];

describe("RFC 9110 §12.5.3 Accept-Encoding", () => {
  it.each<[string, string | null, readonly string[], string]>([
    ["absent: who does not ask gets none", null, BR_FIRST, "identity"],
    ["our preference decides", "gzip, br", BR_FIRST, "br"],
    ["whatever the order", "br, gzip", BR_FIRST, "br"],
    ["a browser", "gzip, deflate, br, zstd", BR_FIRST, "br"],
    ["only the second", "gzip, deflate", BR_FIRST, "gzip"],
    ["the client's weight before ours", "br;q=0.5, gzip", BR_FIRST, "gzip"],
    ["not this one", "br;q=0, *", BR_FIRST, "gzip"],
    ["any", "*", BR_FIRST, "br"],
    ["rather none", "gzip;q=0.5, identity", BR_FIRST, "identity"],
    ["identity, as liked as a coding", "identity, gzip", BR_FIRST, "gzip"],
    ["case does not count", "GZIP", BR_FIRST, "gzip"],
    ["none of them", "zstd", BR_FIRST, "identity"],
    ["nothing at all", "identity;q=0", BR_FIRST, "identity"],
    ["empty", "", BR_FIRST, "identity"],
    ["malformed", ";;,=,", BR_FIRST, "identity"],
  ])("%s", (_, value, available, expected) => {
    expect(acceptedEncoding(value, available)).toBe(expected);
  });
});
