/** Fill the cache before clients come: over the control API, from end to end. */
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { eventually, outcomeOf, stage } from "../support/stage.ts";
import { CONTROL_TOKENS, control, TOKENS } from "./support.ts";

const HOUR = { "Cache-Control": "max-age=3600" };

const running = stage({ vars: { CONTROL_TOKENS }, rules: { rules: [{ name: "all", match: {} }] } });
const { ask, path, received, script } = running;

type Line = Readonly<Record<string, unknown>>;

const post = (body: object, token?: string) =>
  control(running.worker.url, "/warm", {
    method: "POST",
    body: JSON.stringify(body),
    ...(token !== undefined && { token }),
  });

async function warmed(body: object): Promise<{ readonly lines: readonly Line[]; readonly last: Line }> {
  const answer = await post(body);
  expect([answer.status, answer.headers["content-type"]]).toEqual([200, "application/x-ndjson"]);
  const lines = answer.body
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  return { lines: lines.slice(0, -1), last: lines.at(-1) ?? {} };
}

const sitemapOf = (...addresses: readonly string[]) =>
  `<?xml version="1.0" encoding="UTF-8"?>
  <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
  ${addresses.map((address) => `<url>\n<loc> ${address} </loc><lastmod>2026-01-01</lastmod></url>`).join("\n")}
  </urlset>`;

const hosted = (target: string) => running.worker.url + target;

describe("POST warm", () => {
  test("what it says is stored is a hit from then on", async () => {
    const targets = [path("/a", { headers: HOUR }), path("/a", { headers: HOUR })];
    const { lines, last } = await warmed({ urls: targets });
    expect(lines.map(({ url }) => url).sort()).toEqual([...targets].sort());
    expect(lines[0]).toMatchObject({ status: 200, outcome: "MISS", storage: "stored", rule: "all" });
    expect(last).toEqual({ requests: 2, failed: 0, elsewhere: 0, next: null });
    for (const target of targets) expect(outcomeOf(await ask(target))).toBe("hit");
    expect(targets.flatMap((target) => received(target))).toHaveLength(2);
  });

  test("what is stored already is not asked for again", async () => {
    const target = path("/a", { headers: HOUR });
    await warmed({ urls: [target] });
    const { lines } = await warmed({ urls: [target] });
    expect(lines[0]).toMatchObject({ outcome: "HIT" });
    expect(received(target)).toHaveLength(1);
  });

  test("a large body is stored whole before it is told of", async () => {
    const target = path("/a", { headers: HOUR, body: Buffer.alloc(3_000_000, "x") });
    await warmed({ urls: [target] });
    const answer = await ask(target);
    expect([outcomeOf(answer), answer.body.length]).toEqual(["hit", 3_000_000]);
  });

  test("each set of fields gets its variant", async () => {
    const target = path("/a", { headers: { ...HOUR, Vary: "Accept-Language" } });
    const sets = [{ "accept-language": "de" }, { "accept-language": "en" }];
    const { lines } = await warmed({ urls: [target], headers: sets });
    expect(lines.map(({ headers }) => headers)).toEqual(expect.arrayContaining(sets));
    for (const headers of sets) expect(outcomeOf(await ask(target, { headers }))).toBe("hit");
  });

  test("failures are told of, and do not stop the others", async () => {
    const missing = path("/a", { status: 404 });
    const broken = path("/a", { fault: "reset" });
    const good = path("/a", { headers: HOUR });
    const { lines, last } = await warmed({ urls: [missing, broken, good], concurrency: 1 });
    expect(lines.map(({ status }) => status)).toEqual([404, 502, 200]);
    expect(last).toMatchObject({ requests: 3, failed: 2 });
  });

  test("no more are under way than were asked for", async () => {
    let [open, most] = [0, 0];
    const targets = Array.from({ length: 12 }, () =>
      path("/a", (_request, response) => {
        most = Math.max(most, ++open);
        setTimeout(() => {
          open--;
          response.writeHead(200, HOUR).end("x");
        }, 10);
      }),
    );
    const { last } = await warmed({ urls: targets, concurrency: 2 });
    expect([last["failed"], most]).toEqual([0, 2]);
  });

  test("progress comes while there is more to do, and nobody is asked any more once nobody listens", async () => {
    const [gate, opened] = [Promise.withResolvers<void>(), path("/a", { headers: HOUR })];
    const held = path("/a", async (_request, response) => {
      await gate.promise;
      response.writeHead(200, HOUR).end("x");
    });
    const others = Array.from({ length: 10 }, () => path("/a", { headers: HOUR, delayMs: 20 }));
    const leaving = new AbortController();
    const answer = await fetch(hosted("/__selvedge/warm"), {
      method: "POST",
      headers: { authorization: `Bearer ${TOKENS.ci}`, "content-type": "application/json" },
      body: JSON.stringify({ urls: [opened, held, ...others], concurrency: 1 }),
      signal: leaving.signal,
    });
    const first = await answer.body?.getReader().read();
    expect(JSON.parse(new TextDecoder().decode(first?.value)).url).toBe(opened);
    await eventually(() => received(held).length === 1);
    leaving.abort();
    gate.resolve();
    // Longer than all of them would take.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(others.flatMap((target) => received(target)).length).toBeLessThan(5);
  });
});

describe("what is told of a request", () => {
  test("names its fields, and repeats no credentials: the lines stand in the log of a build", async () => {
    const headers = [{ authorization: "Bearer of-alice", cookie: "s=of-alice", "accept-language": "de" }];
    const { lines } = await warmed({ urls: [path("/a", { headers: HOUR })], headers });
    expect(lines[0]?.["headers"]).toEqual({
      authorization: "hidden",
      cookie: "hidden",
      "accept-language": "de",
    });
  });
});

describe("POST warm with a sitemap", () => {
  test("asks for its addresses, but for those elsewhere and the control API's", async () => {
    const target = path("/a", { headers: HOUR });
    const sitemap = path("/sitemap", {
      body: sitemapOf(
        `${hosted(target)}?a=1&amp;b=2`,
        "https://other.example/x",
        hosted("/__selvedge/health"),
      ),
    });
    const { lines, last } = await warmed({ sitemap });
    expect(lines.map(({ url }) => url)).toEqual([`${target}?a=1&b=2`]);
    expect(last).toEqual({ requests: 1, failed: 0, elsewhere: 1, next: null });
  });

  test("an index does not lead to the control API, nor to the origin by its paths", async () => {
    const [first, target] = ["/maps/own.xml", path("/a", { headers: HOUR })];
    script(first, { body: sitemapOf(hosted(target)) });
    const named = ["/__selvedge/map.xml", "/__SELVEDGE%2fmap.xml", first].map(hosted);
    const index = path("/sitemap", {
      body: `<sitemapindex>${named.map((each) => `<sitemap><loc>${each}</loc></sitemap>`).join("")}</sitemapindex>`,
    });
    expect((await warmed({ sitemap: index })).lines.map(({ url }) => url)).toEqual([target]);
    expect(running.origin.all().filter(({ url }) => /selvedge/i.test(url))).toEqual([]);
  });

  test("of an index, compressed, and in part", async () => {
    const targets = Array.from({ length: 5 }, () => path("/a", { headers: HOUR }));
    const [first, second] = ["/maps/first.xml.gz", "/maps/second.xml"];
    script(first, { body: gzipSync(sitemapOf(...targets.slice(0, 2).map(hosted))) });
    script(second, { body: sitemapOf(...targets.slice(2).map(hosted)) });
    const index = path("/sitemap", {
      body: `<sitemapindex>${[first, second].map((each) => `<sitemap><loc>${hosted(each)}</loc></sitemap>`).join("")}</sitemapindex>`,
    });
    const one = await warmed({ sitemap: index, from: 1, limit: 2, concurrency: 1 });
    expect(one.lines.map(({ url }) => url)).toEqual(targets.slice(1, 3));
    expect(one.last["next"]).toBe(3);
    const rest = await warmed({ sitemap: index, from: 3, limit: 2, concurrency: 1 });
    expect(rest.lines.map(({ url }) => url)).toEqual(targets.slice(3));
    expect(rest.last["next"]).toBeNull();
  });

  test("of a system that wraps its addresses in CDATA, or leaves blanks around them", async () => {
    const [one, two] = [path("/a", { headers: HOUR }), path("/a", { headers: HOUR })];
    const sitemap = path("/sitemap", {
      body: `<urlset><url><loc><![CDATA[${hosted(one)}?a=1&b=2]]></loc></url><url><loc>
        ${hosted(two)}
      </loc></url></urlset>`,
    });
    const { lines } = await warmed({ sitemap, concurrency: 1 });
    expect(lines.map(({ url }) => url)).toEqual([`${one}?a=1&b=2`, two]);
  });

  test("of more than 50 MB, when it is unpacked, is given up", async () => {
    script("/maps/bomb.xml.gz", { body: gzipSync(Buffer.alloc(60_000_000, " ")) });
    const refused = await post({ sitemap: "/maps/bomb.xml.gz" });
    expect([refused.status, JSON.parse(refused.body).detail]).toEqual([
      502,
      "sitemap: /maps/bomb.xml.gz cannot be read: Error: longer than 50 MB",
    ]);
  });

  test.each([
    ["is not there", { status: 404 }, "answered 404"],
    ["is no sitemap", { body: "<html><body>Hello</body></html>" }, "names no address"],
    ["is empty", { body: "" }, "names no address"],
  ])("says so where it %s", async (_, answer, complaint) => {
    const sitemap = path("/sitemap", answer);
    const refused = await post({ sitemap });
    expect([refused.status, JSON.parse(refused.body).detail]).toEqual([
      502,
      `sitemap: ${sitemap} ${complaint}`,
    ]);
  });

  test("says so where it cannot be read", async () => {
    script("/maps/broken.xml.gz", { body: "not gzip" });
    const refused = await post({ sitemap: "/maps/broken.xml.gz" });
    expect([refused.status, JSON.parse(refused.body).detail]).toEqual([
      502,
      expect.stringContaining("/maps/broken.xml.gz cannot be read"),
    ]);
  });
});

describe("who may warm", () => {
  test.each([
    ["a reader may not", TOKENS.reader, 403],
    ["who purges may", TOKENS.ci, 200],
  ])("%s", async (_, token, status) => {
    expect((await post({ urls: [path("/a")] }, token)).status).toBe(status);
  });
});
