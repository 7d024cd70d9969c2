import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Placeholder, Template } from "../../../src/cache/policy.ts";
import { render, type Subject } from "../../../src/cache/template/template.ts";
import { renderPath, renderUrl } from "../../../src/cache/template/url-template.ts";
import { arrival, type Fields, NO_CLIENT, request, TARGET } from "../support.ts";

/** `{id}` and the like as the rules file has them. */
function template(source: string): Template {
  const parts = source.split(/(\{[^}]*\})/).filter((part) => part !== "");
  return { source, parts: parts.map((part) => (part.startsWith("{") ? place(part.slice(1, -1)) : part)) };
}

function place(text: string): Placeholder {
  const [from = "", name] = text.split(".");
  switch (from) {
    case "host":
    case "path":
    case "search":
    case "country":
    case "ip":
      return { from };
    case "query":
    case "request":
    case "response":
    case "env":
      return { from, name: name ?? "" };
    default:
      return { from: "param", name: from };
  }
}

function subject(params: Fields = {}, url = `${TARGET}?page=2&q=a%26b&empty=`): Subject {
  const client = { ...NO_CLIENT, country: "DE", ip: "2001:db8::1" };
  return {
    request: { ...request({ "x-tenant": "acme" }, { url }), client, params },
    response: arrival(200, { "x-id": "9" }),
    variables: { KEY: "secret" },
  };
}

describe("the text of a template", () => {
  it.each<[string, string | null]>([
    ["plain", "plain"],
    ["product:{id}", "product:7/8"],
    ["{query.page}", "2"],
    ["{query.q}", "a&b"],
    ["{query.empty}", ""],
    ["{query.none}", null],
    ["{request.x-tenant}", "acme"],
    ["{request.x-none}", null],
    ["{response.x-id}", "9"],
    ["{response.x-none}", null],
    ["{env.KEY}", "secret"],
    ["{env.NONE}", null],
    ["{host}{path}{search}", "api.example.com/products?page=2&q=a%26b&empty="],
    ["{country} {ip}", "DE 2001:db8::1"],
    ["{none}", null],
    ["", ""],
  ])("%s", (source, expected) => {
    expect(render(template(source), subject({ id: "7/8" }))).toBe(expected);
  });

  it("has no response before the origin has answered", () => {
    expect(render(template("{response.x-id}"), { ...subject(), response: null })).toBe(null);
  });
});

const HOSTILE: readonly (readonly [string, string | null])[] = [
  ["a/b", "a%2Fb"],
  ["a?b=c", "a%3Fb%3Dc"],
  ["a#b", "a%23b"],
  ["a&b", "a%26b"],
  ["50%", "50%25"],
  ["ü", "%C3%BC"],
  ["\ud800", "%EF%BF%BD"],
  ["a\r\nb", "a%0D%0Ab"],
  ["..%2f", "..%252f"],
  ["%2e%2e", null],
  ["//evil.example", "%2F%2Fevil.example"],
  ["/evil", "%2Fevil"],
  ["\\evil", "%5Cevil"],
  ["\\\\evil.example", "%5C%5Cevil.example"],
  ["@evil.example", "%40evil.example"],
  [":81", "%3A81"],
  ["...", "..."],
  [".a", ".a"],
  ["", null],
  [".", null],
  ["..", null],
  ["../a", null],
  ["a/..", null],
  ["a\\..\\b", null],
];

describe("RFC 3986 §3.3: a path from a template", () => {
  it.each(HOSTILE)("takes %j as one segment", (value, expected) => {
    const path = renderPath(template("/v2/{id}/x"), subject({ id: value }));
    expect(path).toBe(expected === null ? null : `/v2/${expected}/x`);
    if (path !== null) expect(new URL(TARGET + path).pathname).toBe(`/products/v2/${expected}/x`);
  });

  it.each<[string, string, string | null]>([
    ["the client's own path, as it is", "/v2{path}{search}", "/v2/a%2Fb//c?d=e%26f"],
    ["a value in the query", "/s?q={id}&x=1", "/s?q=x%2Fy%26z&x=1"],
    ["an empty value in the query", "/s?q={query.none}", null],
    ["the path in the query is data", "/s?next={path}{search}", "/s?next=%2Fa%252Fb%2F%2Fc%3Fd%3De%2526f"],
    ["the host", "/{host}/x", "/api.example.com/x"],
    ["an address", "/{ip}", "/2001%3Adb8%3A%3A1"],
    ["without the first slash", "{id}", "/x%2Fy%26z"],
    ["no value", "/{none}", null],
    ["what is no ASCII", "/ü {id}", "/%C3%BC%20x%2Fy%26z"],
    ["a dot segment out of two pieces", "/a/.{dot}", null],
    ["an encoded one", "/a/%2e{dot}", null],
    ["dots in the query are data", "/a?b=/../{dot}", "/a?b=/../."],
  ])("%s", (_, source, expected) => {
    const asked = subject({ id: "x/y&z", dot: "." }, "https://api.example.com/a%2Fb//c?d=e%26f");
    expect(renderPath(template(source), asked)).toBe(expected);
  });

  it("stays below what the operator wrote, whatever the values are", () => {
    const text = fc.string({
      unit: fc.constantFrom("a", ".", "/", "\\", "%", "2", "e", "f", "?", "#", "@", ":", "\n"),
    });
    fc.assert(
      fc.property(text, text, (id, name) => {
        const path = renderPath(template("/v2/{id}/to/{name}?q={id}"), subject({ id, name }));
        if (path === null) return;
        const url = new URL(path, "https://origin.example");
        expect(url.origin).toBe("https://origin.example");
        expect(url.pathname.split("/").map((each) => decodeURIComponent(each))).toEqual([
          "",
          "v2",
          id,
          "to",
          name,
        ]);
        expect([...url.searchParams]).toEqual([["q", id]]);
        expect(url.hash).toBe("");
      }),
      { numRuns: 1000 },
    );
  });
});

describe("RFC 3986 §4.2: a redirect from a template", () => {
  const resolved = (source: string, asked: Subject): string | null => {
    const url = renderUrl(template(source), asked);
    return url === null ? null : new URL(url, TARGET).href;
  };

  it.each<[string, string, string | null]>([
    ["a path of the same host", "/new/{id}", "https://api.example.com/new/7"],
    ["another host", "https://new.example{path}{search}", "https://new.example/a/b?c=d"],
    ["the same host, by name", "https://{host}/x", "https://api.example.com/x"],
    ["a host by country", "https://{country}.example{path}", "https://de.example/a/b"],
    ["the query right behind the host", "https://new.example{search}", "https://new.example/?c=d"],
    ["a fragment", "/a#{id}", "https://api.example.com/a#7"],
    ["a return address", "/login?next={path}{search}", "https://api.example.com/login?next=%2Fa%2Fb%3Fc%3Dd"],
    ["a value as host", "https://{id}/x", null],
    ["a value as part of the host", "https://{id}.example/x", null],
    ["a value behind the host", "https://new.example{id}", null],
    ["a value as host, without a scheme", "//{id}/x", null],
    ["a value behind the host, in the path", "https://new.example/{id}", "https://new.example/7"],
  ])("%s", (_, source, expected) => {
    expect(resolved(source, subject({ id: "7" }, "https://api.example.com/a/b?c=d"))).toBe(expected);
  });

  it.each<[string, string]>([
    ["{path}", "//evil.example/x"],
    ["/{path}", "/evil.example/x"],
    ["{path}{search}", "//evil.example/x"],
    ["{path}", "//evil.example"],
    ["{path}", "/\\evil.example"],
    ["{path}", "/%2F/evil.example"],
  ])("%s of %s names no other host", (source, path) => {
    const asked = subject({}, `https://api.example.com${path}?a`);
    expect(new URL(resolved(source, asked) ?? "").host).toBe("api.example.com");
  });

  it.each(HOSTILE)("is not led astray by %j", (value, expected) => {
    const asked = subject({ id: value });
    expect(resolved("/{id}", asked)).toBe(expected === null ? null : `https://api.example.com/${expected}`);
    expect(resolved("https://new.example{id}", asked)).toBe(null);
    expect(renderUrl(template("/a?b={id}"), asked)?.startsWith("/a?b=")).toBe(true);
    const first = resolved("{id}/x", asked);
    if (first !== null) expect(new URL(first).host).toBe("api.example.com");
  });

  it("has no host out of two slashes with nothing between them", () => {
    const asked = subject({}, "https://api.example.com/?a=&b=evil.example");
    expect(renderUrl(template("/{query.a}/{query.b}"), asked)).toBe(null);
  });
});
