/** docs/recipes.md: what the edge answers by itself. */
import { describe, expect, test } from "vitest";
import { signedLink } from "../support/links.ts";
import { eventually, outcomeOf } from "../support/stage.ts";
import { distinct, HOUR, staged } from "./support.ts";

describe("CORS for a single-page app", () => {
  const { script, ask, received } = staged("CORS for a single-page app");
  const from = (site: string, fields: Record<string, string> = {}) => ({
    headers: { Origin: site, ...fields },
  });
  const allowed = (answer: { headers: Readonly<Record<string, string>> }) =>
    answer.headers["access-control-allow-origin"];

  test("a preflight does not reach the origin", async () => {
    const asked = {
      "Access-Control-Request-Method": "PUT",
      "Access-Control-Request-Headers": "content-type",
    };
    const answer = await ask("/api/items", { method: "OPTIONS", ...from("https://app.example.com", asked) });
    expect([answer.status, allowed(answer)]).toEqual([204, "https://app.example.com"]);
    expect(answer.headers["access-control-max-age"]).toBe("3600");
    expect(received("/api/items")).toEqual([]);
  });

  test("one copy serves all sites, and a stranger is allowed nothing", async () => {
    script("/api/list", [{ headers: { ...HOUR, "Access-Control-Allow-Origin": "https://first.example" } }]);
    await ask("/api/list", from("https://app.example.com"));
    await eventually(async () => outcomeOf(await ask("/api/list")) === "hit");
    const sites = ["https://app.example.com", "https://pr-7.preview.example.com", "https://evil.example"];
    const answers = await Promise.all(sites.map((site) => ask("/api/list", from(site))));
    expect(answers.map(allowed)).toEqual([sites[0], sites[1], undefined]);
    expect(answers.map(outcomeOf)).toEqual(["hit", "hit", "hit"]);
  });
});

describe("Maintenance", () => {
  const { script, ask, received } = staged("Maintenance");

  test("the edge answers 503, the office and the health check go through", async () => {
    for (const path of ["/items", "/health"]) script(path, [{ body: "open" }]);
    const closed = await ask("/items", { headers: { "CF-Connecting-IP": "203.0.113.9" } });
    expect([closed.status, closed.body, closed.headers["retry-after"]]).toEqual([
      503,
      "We are back at noon.",
      "3600",
    ]);
    expect(received("/items")).toEqual([]);
    const office = await ask("/items", { headers: { "CF-Connecting-IP": "192.0.2.77" } });
    expect([office.body, (await ask("/health")).body]).toEqual(["open", "open"]);
  });
});

describe("Downloads by signed link", () => {
  const secret = "0f2c6d9a41b7e853c0d1f4a7b6e92d38";
  const { script, ask, received, url } = staged("Downloads by signed link", { vars: { LINK_KEY: secret } });

  test("a file needs a link, all links share the copy, and the origin sees none", async () => {
    script("/downloads/report.pdf", [{ body: "the report" }]);
    expect((await ask("/downloads/report.pdf")).status).toBe(403);
    const link = signedLink({ url: `${url()}/downloads/report.pdf`, secret });
    expect((await ask(link)).body).toBe("the report");
    await eventually(async () => outcomeOf(await ask(`${link}&fbclid=x`)) === "hit");
    const answers = [await ask("/downloads/report.pdf"), await ask(`${link}&a=1`), await ask(`${link}0`)];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect((await ask(link, { method: "POST", body: "x" })).status).toBe(405);
    expect(distinct(received("/downloads/report.pdf").map(({ url }) => url))).toEqual([
      "/downloads/report.pdf",
    ]);
  });
});

describe("Networks and countries", () => {
  const { script, ask, received } = staged("Networks and countries");
  const from = (
    ip: string,
    country = "DE",
    agent = "Mozilla/5.0 (X11; rv:141.0) Gecko/20100101 Firefox/141.0",
  ) => ({
    headers: { "CF-Connecting-IP": ip, "User-Agent": agent, "MF-CF-Blob": JSON.stringify({ country }) },
  });
  const statuses = (path: string, clients: readonly ReturnType<typeof from>[]) =>
    Promise.all(clients.map(async (client) => (await ask(path, client)).status));

  test("lists decide who gets in, whatever a client says of itself", async () => {
    for (const path of ["/items", "/admin/users", "/prices/1"]) script(path, [{}]);
    const lying = from("198.51.100.7");
    const clients = [
      from("198.51.100.7"),
      from("203.0.113.66"),
      from("2001:db8:bad:1::1"),
      { headers: { ...lying.headers, "X-Forwarded-For": "192.0.2.1" } },
      from("203.0.113.67"),
      from("203.0.113.67", "KP"),
      from("192.0.2.1", "KP"),
    ];
    expect(await statuses("/items", clients)).toEqual([403, 403, 403, 403, 200, 451, 200]);
    const staff = [from("192.0.2.1"), from("2001:db8:ff1c::1"), from("203.0.113.67")];
    expect(await statuses("/admin/users", staff)).toEqual([200, 200, 404]);
    expect(
      await statuses("/prices/1", [from("203.0.113.67"), from("203.0.113.67", "DE", "curl/8.5.0")]),
    ).toEqual([200, 403]);
    expect(received("/admin/users")).toHaveLength(2);
  });
});

describe("Only our own apps", () => {
  const { script, ask, received } = staged("Only our own apps");
  const app = { headers: { "X-App-Version": "7", "X-Platform": "ios" } };

  test("others are refused, and every answer is hardened", async () => {
    script("/api/items", [{}]);
    await eventually(async () => outcomeOf(await ask("/api/items", app)) === "hit");
    const answers = [
      await ask("/api/items", app),
      await ask("/api/items"),
      await ask("/api/items", { headers: { "X-App-Version": "7", "X-Platform": "web" } }),
      await ask("/elsewhere"),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 403, 403, 404]);
    for (const { headers } of answers) {
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    }
    expect(distinct(received("/api/items").map(({ url }) => url))).toEqual(["/api/items"]);
  });
});

describe("An old API that has moved", () => {
  const { ask, received } = staged("An old API that has moved");

  test("redirects carry path and query, and keep to their host", async () => {
    const item = await ask("/v1/item/7?x=1", { method: "POST", body: "x" });
    expect([item.status, item.headers["location"]]).toEqual([308, "/v2/items/7?x=1"]);
    const other = await ask("/v1/users?page=2");
    expect([other.status, other.headers["location"]]).toEqual([
      301,
      "https://new.example.com/v1/users?page=2",
    ]);
    const hostile = await ask("/v1//evil.example/");
    expect(new URL(hostile.headers["location"] ?? "").host).toBe("new.example.com");
    expect(received("/v1/item/7")).toEqual([]);
  });

  test("what is gone says so", async () => {
    expect((await ask("/v0/users")).status).toBe(410);
  });
});

describe("Scrapers and login attempts", () => {
  const { script, ask, received } = staged("Scrapers and login attempts", {
    options: { ratelimits: { LOGIN_LIMIT: { namespace_id: "1001", simple: { limit: 5, period: 60 } } } },
  });

  test("what matches one of the three is blocked, but for robots.txt", async () => {
    for (const path of ["/items", "/robots.txt"]) script(path, [{}]);
    const bad = [
      { "User-Agent": "python-requests/2.32" },
      { "CF-Connecting-IP": "198.51.100.20" },
      { "CF-Connecting-IP": "2001:db8:bad::1" },
      { "MF-CF-Blob": '{"country":"T1"}' },
    ];
    const answers = await Promise.all(bad.map((headers) => ask("/items", { headers })));
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(received("/items")).toEqual([]);
    expect((await ask("/items", { headers: { "User-Agent": "Firefox" } })).status).toBe(200);
    expect((await ask("/robots.txt", { headers: { "User-Agent": "Scrapy/2" } })).status).toBe(200);
  });

  test("the sixth login of an address is told to wait", async () => {
    script("/login", [{ status: 204 }]);
    const login = (ip: string) =>
      ask("/login", { method: "POST", body: "x", headers: { "CF-Connecting-IP": ip } });
    const answers = [await login("203.0.113.1")];
    // The platform's minute may end in between, once.
    while (answers.at(-1)?.status === 204 && answers.length < 11) answers.push(await login("203.0.113.1"));
    const [limited, ...before] = answers.reverse();
    expect(before.length).toBeGreaterThanOrEqual(5);
    expect([limited?.status, limited?.headers["retry-after"]]).toEqual([429, "60"]);
    expect(received("/login")).toHaveLength(before.length);
    expect((await login("203.0.113.2")).status).toBe(204);
  });
});
