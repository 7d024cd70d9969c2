import { describe, expect, test } from "vitest";
import { readWarmRequest } from "../../src/control/warm-request.ts";

const ORIGIN = "https://api.example.com";
const read = (body: unknown) => readWarmRequest(body, ORIGIN, "/__selvedge");

function plainOf(body: unknown): object {
  const warm = read(body);
  if (warm.kind === "refused") return warm;
  const { urls, sitemap, headers, ...numbers } = warm.asked;
  const named = { urls: urls.map(String), sitemap: sitemap && String(sitemap) };
  return { ...named, headers: headers.map((each) => Object.fromEntries(each)), ...numbers };
}

const USUAL = { sitemap: null, headers: [{}], concurrency: 3, from: 0, limit: 1000 };

describe("a request to warm", () => {
  test.each<[string, unknown, object]>([
    ["paths", { urls: ["/a?b=1#c"] }, { ...USUAL, urls: [`${ORIGIN}/a?b=1`] }],
    ["whole addresses", { urls: [`${ORIGIN}/a`] }, { ...USUAL, urls: [`${ORIGIN}/a`] }],
    ["a sitemap", { sitemap: "/sitemap.xml" }, { ...USUAL, urls: [], sitemap: `${ORIGIN}/sitemap.xml` }],
    [
      "sets of fields, and numbers",
      { urls: ["/"], headers: [{ "Accept-Language": "de" }, {}], concurrency: 6, from: 5, limit: 10 },
      {
        ...{ urls: [`${ORIGIN}/`], sitemap: null, headers: [{ "accept-language": "de" }, {}] },
        ...{ concurrency: 6, from: 5, limit: 10 },
      },
    ],
  ])("%s", (_, body, expected) => {
    expect(plainOf(body)).toEqual(expected);
  });

  test("what is wrong is told once: addresses that were refused are not missing, too", () => {
    for (const wrong of [{ urls: ["https://other.example/"] }, { urls: "/a" }, { url: ["/a"] }]) {
      const warm = read(wrong);
      expect(warm.kind === "refused" && warm.complaints).toHaveLength(1);
    }
  });

  test.each<[string, unknown, string]>([
    ["no object", ["/a"], 'found ["/a"]; allowed: an object with urls, sitemap'],
    ["nothing", {}, "urls: found nothing; allowed: addresses, or a sitemap"],
    [
      "an unknown key",
      { url: ["/a"], urls: ["/a"] },
      'url: unknown; allowed: the keys urls, sitemap, headers, concurrency, from, limit; did you mean "urls"?',
    ],
    [
      "another host",
      { urls: ["/a", "https://other.example/b"] },
      'urls[1]: found "https://other.example/b"; allowed: an address of https://api.example.com',
    ],
    ["another scheme", { urls: ["http://api.example.com/"] }, "urls[0]:"],
    ["another host by two slashes", { urls: ["//other.example/b"] }, "urls[0]:"],
    ["a host in disguise", { urls: ["https://api.example.com@other.example/"] }, "urls[0]:"],
    ["the control API", { urls: ["/__selvedge/purge"] }, "not below /__selvedge"],
    ["the control API in another spelling", { urls: ["/x/..%2f__SELVEDGE/purge"] }, "not below /__selvedge"],
    ["a sitemap elsewhere", { sitemap: "https://other.example/sitemap.xml" }, "sitemap: found"],
    ["a number for an address", { urls: [7] }, "urls[0]: found 7"],
    ["no list of addresses", { urls: "/a" }, 'urls: found "/a"; allowed: a list'],
    [
      "fewer requests than sets of fields",
      { urls: ["/a"], headers: [{}, {}], limit: 1 },
      "limit: found 1; allowed: a whole number from 2 to 1000",
    ],
    [
      "fields that are none",
      { urls: ["/a"], headers: ["x"] },
      'headers[0]: found "x"; allowed: fields and their values',
    ],
    ["a field that is none", { urls: ["/a"], headers: [{ "a b": "c" }] }, "headers[0].a b: found"],
    ["a line feed in a field", { urls: ["/a"], headers: [{ a: "b\nc: d" }] }, "headers[0].a: found"],
    [
      "what the platform says of clients",
      { urls: ["/a"], headers: [{ "CF-Connecting-IP": "10.0.0.1" }] },
      "headers[0].CF-Connecting-IP: found",
    ],
    ["the host", { urls: ["/a"], headers: [{ host: "other.example" }] }, "headers[0].host: found"],
    [
      "too many at once",
      { urls: ["/a"], concurrency: 7 },
      "concurrency: found 7; allowed: a whole number from 1 to 6",
    ],
    ["none at once", { urls: ["/a"], concurrency: 0 }, "concurrency: found 0"],
    ["too many", { urls: ["/a"], limit: 1001 }, "limit: found 1001; allowed: a whole number from 1 to 1000"],
    ["a part of one", { urls: ["/a"], from: 0.5 }, "from: found 0.5"],
  ])("is refused: %s", (_, body, complaint) => {
    const warm = read(body);
    expect(warm.kind === "refused" && warm.complaints.join("\n")).toContain(complaint);
  });

  test("names no more than twenty mistakes", () => {
    const warm = read({ urls: Array.from({ length: 100 }, () => 7) });
    expect(warm.kind === "refused" && warm.complaints).toHaveLength(20);
  });
});
