/** docs/recipes.md: several copies of one URL, and files. */
import { describe, expect, test } from "vitest";
import { eventually, outcomeOf } from "../support/stage.ts";
import { distinct, echoing, staged } from "./support.ts";

describe("Images and static files", () => {
  const { script, ask, received } = staged("Images and static files");

  test("files are stored without cookies, and for the hashed ones the browser keeps them a day", async () => {
    script("/static/app.1a2b.js", [{ headers: { "Set-Cookie": "session=x" } }]);
    const first = await ask("/static/app.1a2b.js", { headers: { Cookie: "session=ann" } });
    await eventually(async () => outcomeOf(await ask("/static/app.1a2b.js")) === "hit");
    expect(first.headers["set-cookie"]).toBeUndefined();
    expect(first.headers["cache-control"]).toContain("max-age=86400");
    expect(distinct(received("/static/app.1a2b.js").map(({ headers }) => headers["cookie"]))).toEqual([
      undefined,
    ]);
  });

  test("the image server is asked for one of three formats", async () => {
    script("/photos/cat.JPG", [{}]);
    const accepting = (accept: string) => ask("/photos/cat.JPG", { headers: { Accept: accept } });
    await accepting("image/avif,image/webp;q=0.9,*/*;q=0.5");
    await eventually(async () => outcomeOf(await accepting("image/avif, text/html;q=0.9")) === "hit");
    await accepting("image/webp");
    await accepting("text/html");
    expect(distinct(received("/photos/cat.JPG").map(({ headers }) => headers["accept"]))).toEqual([
      "image/avif",
      "image/webp",
      "image/jpeg",
    ]);
  });

  test("other extensions are not touched", async () => {
    script("/photos/list.json", [{}]);
    await ask("/photos/list.json");
    expect(outcomeOf(await ask("/photos/list.json"))).not.toBe("hit");
  });
});

describe("Versioned API", () => {
  const { script, ask } = staged("Versioned API");
  const version = (value: string) => ask("/api/items", { headers: { "X-Api-Version": value } });

  test("each version has copies of its own, the first for an hour", async () => {
    script("/api/items", [echoing("x-api-version")]);
    await eventually(async () => outcomeOf(await version("1")) === "hit");
    await eventually(async () => outcomeOf(await version("2")) === "hit");
    const [one, two] = [await version("1"), await version("2")];
    expect([one.body, two.body]).toEqual(["1", "2"]);
    expect([one, two].map(({ headers }) => headers["cache-status"])).toEqual([
      expect.stringMatching(/ttl=3[56]\d\d/),
      expect.stringMatching(/ttl=(?:60|5\d)\b/),
    ]);
  });
});

describe("Languages", () => {
  const { script, ask, received } = staged("Languages");
  const reading = (language: string) => ask("/pages/about", { headers: { "Accept-Language": language } });

  test("a thousand spellings are three copies, and the origin is told the winner", async () => {
    script("/pages/about", [echoing("accept-language")]);
    await reading("de-AT,de;q=0.9,en;q=0.5");
    await eventually(async () => outcomeOf(await reading("de")) === "hit");
    await reading("es,it;q=0.9");
    expect((await reading("de-CH, fr;q=0.2")).body).toBe("de");
    expect((await reading("en-US")).body).toBe("en");
    expect(distinct(received("/pages/about").map(({ headers }) => headers["accept-language"]))).toEqual([
      "de",
      "en",
    ]);
  });
});

describe("Mobile and desktop", () => {
  const { script, ask, received } = staged("Mobile and desktop");
  const PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Mobile/15E148";
  const OTHER_PHONE = "Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/130.0 Mobile Safari/537.36";
  const DESKTOP = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0";
  const on = (agent: string, more: Record<string, string> = {}) =>
    ask("/home", { headers: { "User-Agent": agent, ...more } });

  test("devices of a class share a copy, and the origin is told the class alone", async () => {
    script("/home", [echoing("x-device-class")]);
    await on(PHONE);
    await eventually(async () => outcomeOf(await on(OTHER_PHONE)) === "hit");
    expect((await on(DESKTOP, { "X-Device-Class": "mobile" })).body).toBe("desktop");
    const seen = received("/home").map(({ headers }) => [headers["x-device-class"], headers["user-agent"]]);
    expect(distinct(seen)).toEqual([
      ["mobile", undefined],
      ["desktop", undefined],
    ]);
  });
});

describe("Prices by country", () => {
  const { script, ask, received } = staged("Prices by country", { cf: { country: "DE" } });

  test("the origin is told the country, which the client cannot choose", async () => {
    script("/prices", [{}]);
    await ask("/prices", { headers: { "X-Country": "US" } });
    await eventually(async () => outcomeOf(await ask("/prices")) === "hit");
    expect(distinct(received("/prices").map(({ headers }) => headers["x-country"]))).toEqual(["DE"]);
  });

  test("each country has a copy, and so has nowhere", async () => {
    const from = (cf: object) => ask("/prices", { headers: { "MF-CF-Blob": JSON.stringify(cf) } });
    for (const [cf, told] of [
      [{ country: "FR" }, "FR"],
      [{}, "XX"],
    ] as const) {
      await from(cf);
      expect(received("/prices").at(-1)?.headers["x-country"]).toBe(told);
      await eventually(async () => outcomeOf(await from(cf)) === "hit");
    }
    expect(outcomeOf(await ask("/prices"))).toBe("hit");
  });
});

describe("Downloads", () => {
  const { script, ask, received } = staged("Downloads");
  const BYTES = Buffer.from("0123456789".repeat(20_000));

  test("a whole file answers every range, whatever the query and the cookies say", async () => {
    script("/downloads/a.bin", [{ body: BYTES }]);
    await ask("/downloads/a.bin?from=mail", { headers: { Cookie: "session=ann" } });
    await eventually(async () => outcomeOf(await ask("/downloads/a.bin")) === "hit");
    const part = await ask("/downloads/a.bin?x=1", { headers: { Range: "bytes=199995-" } });
    expect([part.status, part.body, part.headers["content-range"]]).toEqual([
      206,
      "56789",
      "bytes 199995-199999/200000",
    ]);
    expect(part.headers["cache-control"]).toContain("max-age=86400");
    expect(
      distinct(received("/downloads/a.bin").map(({ url, headers }) => [url, headers["cookie"]])),
    ).toEqual([["/downloads/a.bin", undefined]]);
  });

  test("a part is kept where the origin names it strongly", async () => {
    const headers = { ETag: '"v1"', "Content-Range": "bytes 0-9/200000", "Content-Length": "10" };
    script("/downloads/b.bin", [{ status: 206, headers, body: "0123456789" }]);
    const range = { headers: { Range: "bytes=0-9" } };
    await ask("/downloads/b.bin", range);
    await eventually(async () => outcomeOf(await ask("/downloads/b.bin", range)) === "hit");
  });
});
