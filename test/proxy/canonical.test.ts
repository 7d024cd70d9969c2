/** What is not in the key is not in the request either: nobody else's answer depends on it. */
import { describe, expect, test } from "vitest";
import { eventually, outcomeOf, stage } from "../support/stage.ts";

const HOUR = { "Cache-Control": "max-age=3600" };

const scene = stage({
  cf: { country: "DE" },
  rules: {
    rules: [
      { name: "hosts", match: { path: "/hosts/*" }, key: { host: false } },
      {
        name: "folded",
        match: { path: "/folded/*" },
        query: { include: ["page"], sort: true },
        key: {
          cookies: { theme: "value", session: "presence" },
          headers: { "x-beta": "presence" },
          device: true,
          country: true,
          language: ["en", "de"],
          accept: ["application/json", "text/html"],
          encoding: ["gzip"],
        },
      },
      {
        name: "anonymous",
        match: { path: "/anonymous/*" },
        requestCookies: "ignore",
        authorization: "ignore",
      },
    ],
  },
});

const { ask, received, path } = scene;

describe("a request as the origin sees it", () => {
  test("has no host where one copy is for all, and no redirect leads to one", async () => {
    const target = path("/hosts", {
      status: 301,
      headers: { ...HOUR, Location: `${scene.origin.url}//evil.example/x` },
    });
    const first = await ask(target, { headers: { Host: "one.example" } });
    await eventually(
      async () => outcomeOf(await ask(target, { headers: { Host: "two.example" } })) === "hit",
    );
    expect(first.headers["location"]).toBe("/.//evil.example/x");
    expect(received(target)[0]?.headers["x-forwarded-host"]).toBeUndefined();
    expect(received(target)).toHaveLength(1);
  });

  test("has only what is keyed, in the form it is keyed in", async () => {
    const target = path("/folded", { headers: HOUR });
    const sent = {
      Cookie: "tracker=1; session=secret; theme=dark",
      "X-Beta": "anything",
      "X-Device-Class": "bot",
      "X-Country": "FR",
      "User-Agent": "Mozilla/5.0 (iPhone)",
      "Accept-Language": "de-AT, de;q=0.9",
      Accept: "text/*",
    };
    await ask(`${target}?utm_source=x&page=2`, { headers: sent });
    const other = {
      ...sent,
      Cookie: "theme=dark; session=other",
      "X-Beta": "1",
      "Accept-Language": "de",
      Accept: "text/html",
    };
    const again = () => ask(`${target}?page=2`, { headers: other });
    await eventually(async () => outcomeOf(await again()) === "hit");
    expect(received(target).map(({ url }) => url)).toEqual([`${target}?page=2`]);
    expect(received(target)[0]?.headers).toMatchObject({
      cookie: "theme=dark; session=1",
      "x-beta": "1",
      "x-device-class": "mobile",
      "x-country": "DE",
      "accept-language": "de",
      accept: "text/html",
    });
  });

  test("differs, and so does its copy, where something keyed does", async () => {
    const target = path("/folded", { headers: HOUR });
    const variants = [
      {},
      { Cookie: "theme=dark" },
      { Cookie: "session=" },
      { "X-Beta": "" },
      { "Accept-Language": "de" },
    ];
    for (const headers of variants) {
      await ask(target, { headers });
      await eventually(async () => outcomeOf(await ask(target, { headers })) === "hit");
    }
    expect(received(target)).toHaveLength(variants.length);
  });

  test("has no credentials where they are ignored", async () => {
    const target = path("/anonymous", { headers: HOUR });
    const headers = { Cookie: "session=secret", Authorization: "Basic c2VjcmV0" };
    await ask(target, { headers });
    await eventually(async () => outcomeOf(await ask(target)) === "hit");
    expect(received(target)).toHaveLength(1);
    expect(received(target)[0]?.headers).not.toHaveProperty("cookie");
    expect(received(target)[0]?.headers).not.toHaveProperty("authorization");
  });
});
