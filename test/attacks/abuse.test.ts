/** Always an answer, and bounded: what one client sends, however long and however often, takes no more than its share. */
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { CONTROL_TOKENS, control } from "../control/support.ts";
import { rawRequest, sendRaw } from "../support/raw.ts";
import { eventually, outcomeOf, stage } from "../support/stage.ts";

const HOUR = { "Cache-Control": "max-age=3600" };

const staged = stage({
  vars: { CONTROL_TOKENS, MEMORY_MB: "1" },
  rules: {
    rules: [
      { name: "ruled", match: { path: "/ruled/*" }, edgeTtl: "1h" },
      {
        name: "sorted",
        match: { path: "/sorted/*" },
        query: { sort: true, tracking: "drop" },
        edgeTtl: "1h",
      },
      { name: "listed", match: { path: "/listed/*" }, query: { include: ["q", "p*9"] }, edgeTtl: "1h" },
      { name: "tested", match: { path: "/tested/*", query: { z: { matches: "^$" } } }, edgeTtl: "1h" },
      { name: "cookies", match: { path: "/cookies/*" }, key: { cookies: ["theme"] }, edgeTtl: "1h" },
    ],
  },
});
const { ask, path, received } = staged;

/** Asks twice for the same, a little apart: whether the second answer is from the cache. */
async function isKept(target: string, headers: Record<string, string> = {}): Promise<string> {
  const first = await ask(target, { headers });
  expect(first.status).toBe(200);
  await eventually(async () => outcomeOf(await ask(target, { headers })) === "hit");
  return first.body;
}

const many = (count: number, piece: (index: number) => string) =>
  Array.from({ length: count }, (_, n) => piece(n));

describe("long requests", () => {
  test.each([
    ["a path of 8 KB", `/${"a".repeat(8_000)}`],
    ["a path of 16 KB", `/${"a".repeat(16_000)}`],
    ["a query of 16 KB", `?q=${"a".repeat(16_000)}`],
    ["a path of 5,000 segments", "/a".repeat(5_000)],
    ["a path of 1,000 encoded octets", `/${"%C3%BC".repeat(500)}`],
    ["5,000 parameters", `?${many(5_000, (n) => (n % 36).toString(36)).join("&")}`],
    ["5,000 times one parameter", `?${many(5_000, () => "p").join("&")}`],
    ["5,000 empty parameters", `?${"&".repeat(5_000)}`],
  ])("%s is answered and kept", async (_, rest) => {
    for (const prefix of ["/ruled", "/sorted", "/listed", "/tested"]) {
      const base = path(prefix, { headers: HOUR, body: "answer" });
      staged.script(base + (rest.startsWith("?") ? "" : rest), { headers: HOUR, body: "answer" });
      expect(await isKept(base + rest)).toBe("answer");
    }
  });

  test("of 5,000 parameters the origin is not shown those that are not in the key", async () => {
    const target = path("/listed", { body: "answer" });
    expect(await isKept(`${target}?${many(5_000, (n) => `p${n}=v`).join("&")}`)).toBe("answer");
    expect(received(target).map(({ url }) => url.split("&").length)).toEqual([500]);
  });

  test.each([
    ["a path of 64 KB", `/${"a".repeat(64_000)}`],
    ["ambiguous all along", `/${"a;b//%252e.".repeat(1_200)}`],
    ["encoded again and again", `/${"%25".repeat(5_000)}2F`],
    ["dots all along", `/${"a/..%2f".repeat(2_000)}`],
  ])("%s is answered, and the next one too", async (_, rest) => {
    const bytes = rawRequest(`GET /ruled${rest} HTTP/1.1`, ["Host: a.example"]);
    expect((await sendRaw(staged.worker.url, bytes)).status).toBeGreaterThanOrEqual(200);
    expect(await isKept(path("/ruled", { body: "next" }))).toBe("next");
  });
});

describe("many fields", () => {
  test.each([100, 500, 1_500])(
    "%i unknown ones do not reach the origin, and all share a copy",
    async (count) => {
      const target = path("/ruled", { body: "answer" });
      const fields = many(count, (n) => `X-Unknown-${n}: v`);
      const bytes = rawRequest(`GET ${target} HTTP/1.1`, ["Host: a.example", ...fields]);
      expect((await sendRaw(staged.worker.url, bytes)).body).toBe("answer");
      const plain = rawRequest(`GET ${target} HTTP/1.1`, ["Host: a.example"]);
      await eventually(async () =>
        /;hit/.test((await sendRaw(staged.worker.url, plain)).headers["cache-status"] ?? ""),
      );
      expect(Object.keys(received(target)[0]?.headers ?? {}).filter((name) => /unknown/.test(name))).toEqual(
        [],
      );
    },
  );

  test("1,000 cookies: the key and the origin have the one that counts", async () => {
    const target = path("/cookies", { body: "answer" });
    const cookies = (theme: string) => `${many(1_000, (n) => `c${n}=v`).join("; ")}; theme=${theme}`;
    await isKept(target, { Cookie: cookies("dark") });
    expect(outcomeOf(await ask(target, { headers: { Cookie: "theme=dark; other=1" } }))).toBe("hit");
    expect(received(target).map(({ headers }) => headers["cookie"])).toEqual(["theme=dark"]);
  });

  test("an Accept of 2,000 members, and a Range of 2,000 parts", async () => {
    const target = path("/ruled", { headers: { "Content-Type": "text/plain" }, body: "x".repeat(3_000) });
    await isKept(target);
    const accept = many(2_000, (n) => `a/b${n};q=0.${n % 10}`).join(",");
    expect((await ask(target, { headers: { Accept: accept } })).status).toBe(200);
    const ranges = many(2_000, (n) => `${n}-${n}`).join(",");
    const answer = await ask(target, { headers: { Range: `bytes=${ranges}` } });
    expect([answer.status === 200 || answer.status === 416, answer.bytes.length <= 3_000]).toEqual([
      true,
      true,
    ]);
  });

  test("a Cache-Control, a Vary and a Cache-Tag of thousands of members from the origin", async () => {
    const headers = {
      "Cache-Control": `max-age=60, ${many(1_000, (n) => `d${n}=1`).join(", ")}`,
      Vary: many(500, (n) => `V${n}`).join(", "),
      "Cache-Tag": many(500, (n) => `t${n}`).join(","),
    };
    const target = path("/plain", { headers, body: "answer" });
    expect((await ask(target)).body).toBe("answer");
    expect((await ask(target)).body).toBe("answer");
  });
});

describe("many copies", () => {
  interface Inspected {
    readonly stored: readonly { readonly fields: Readonly<Record<string, string>> }[];
  }

  async function variantsOf(target: string): Promise<readonly (string | undefined)[]> {
    const answer = await control(staged.worker.url, `/inspect?url=${target}`);
    const { stored }: Inspected = JSON.parse(answer.body);
    return stored.map(({ fields }) => fields["accept-language"]);
  }

  test("of the variants of one URL the latest 64 are kept, and the oldest go", async () => {
    const target = path("/plain", { headers: { ...HOUR, Vary: "Accept-Language" } });
    const asking = (n: number) => ask(target, { headers: { "Accept-Language": `x-${n}` } });
    for (let n = 0; n < 80; n++) {
      await asking(n);
      // Each in its turn: what is stored behind an answer must not be overtaken.
      await eventually(async () => outcomeOf(await asking(n)) === "hit");
    }
    const kept = await variantsOf(target);
    expect([kept.length, kept.includes("x-79"), kept.includes("x-15")]).toEqual([64, true, false]);
    const before = received(target).length;
    expect([outcomeOf(await asking(79)), outcomeOf(await asking(40)), outcomeOf(await asking(3))]).toEqual([
      "hit",
      "hit",
      "vary-miss",
    ]);
    expect(received(target)).toHaveLength(before + 1);
  });

  test("of many URLs memory keeps what fits its budget", async () => {
    const body = "x".repeat(30_000);
    for (let n = 0; n < 60; n++) await ask(path("/ruled", { body }));
    const latest = path("/ruled", { body });
    await isKept(latest);
    const { memory } = JSON.parse((await control(staged.worker.url, "/stats")).body);
    expect(memory.maxBytes).toBe(1_048_576);
    expect(memory.bytes).toBeLessThanOrEqual(memory.maxBytes);
    expect(memory.bytes).toBeGreaterThan(0);
  });

  test("of many queries of one URL too, and each is answered from the data centre", async () => {
    const target = path("/ruled", { body: "y".repeat(30_000) });
    for (let n = 0; n < 60; n++) await ask(`${target}?cb=${n}`);
    expect(outcomeOf(await ask(`${target}?cb=0`))).toBe("hit");
    const { memory } = JSON.parse((await control(staged.worker.url, "/stats")).body);
    expect(memory.bytes).toBeLessThanOrEqual(memory.maxBytes);
  });
});

describe("compressed content is for clients to decompress", () => {
  const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024));

  test.each([
    ["gzip, which is 1,000 times as long", "gzip", bomb],
    ["gzip that is none", "gzip", Buffer.from("no gzip at all")],
    ["an unknown coding", "x-unknown", Buffer.from("whatever")],
  ])("%s: the same bytes, from the origin and from the cache", async (_, coding, body) => {
    const headers = { ...HOUR, "Content-Encoding": coding, "Content-Type": "application/x-binary" };
    const target = path("/plain", { headers, body });
    const asking = () => ask(target, { headers: { "Accept-Encoding": coding } });
    const first = await asking();
    await eventually(async () => outcomeOf(await asking()) === "hit");
    for (const answer of [first, await asking()]) {
      expect([answer.headers["content-encoding"], answer.bytes.equals(body)]).toEqual([coding, true]);
    }
  });
});
