/** Fast, and never a wrong answer: what is given again without a decision is what a decision would have given. */
import { describe, expect, test } from "vitest";
import { defineRules } from "../../src/rules/rule.ts";
import { FakeCache } from "../store/fake-cache.ts";
import { configWith } from "../support/config.ts";
import { openIsolate } from "../support/isolate.ts";

const START = Date.UTC(2026, 0, 1);
const URL_ASKED = "https://api.example.com/things?page=1";

type Fields = Record<string, string>;
type Rules = Parameters<typeof defineRules>[0];

interface Setting {
  readonly rules?: Partial<Rules>;
  /** What the origin says beside a lifetime of a minute. */
  readonly says?: Fields;
  readonly body?: string;
}

/** In which something happens while a look-up is under way. */
class BusyCache extends FakeCache {
  meanwhile: (() => Promise<void>) | null = null;

  override async match(asked: RequestInfo | URL): Promise<Response | undefined> {
    const found = await super.match(asked);
    const { meanwhile } = this;
    this.meanwhile = null;
    await meanwhile?.();
    return found;
  }
}

const MEMORY_BYTES = 32 * 1024 * 1024;

describe.each([
  ["from memory", MEMORY_BYTES],
  ["where memory is off", 0],
])("%s", (_, memoryBytes) => {
  /** An isolate that has been asked until it could give the same answer again. */
  async function warmed(
    { rules = {}, says = {}, body = "the things" }: Setting,
    request: RequestInit & { url?: string } = {},
  ) {
    const clock = { now: START };
    const origin = { asked: 0 };
    const fetch = async () => {
      origin.asked += 1;
      const headers = { "cache-control": "max-age=60", etag: '"one"', ...says };
      return new Response(body, { headers: { date: new Date(clock.now).toUTCString(), ...headers } });
    };
    const cache = new BusyCache();
    const open = () =>
      openIsolate({
        config: configWith({
          memoryBytes,
          bindings: { API: { fetch }, LIMIT: { limit: async () => ({ success: true }) } },
        }),
        rules: defineRules({ rules: [], ...rules, origins: { default: { service: "API" } } }),
        cache: cache.cache,
        clock: () => clock.now,
      });
    const isolate = await open();
    const { url = URL_ASKED, ...init } = request;
    const ask = async (more: RequestInit = init, at = url) => {
      const { response, settled } = await isolate.ask(new Request(at, more));
      const text = await response.text();
      await settled();
      return { response, text };
    };
    for (let times = 0; times < 3; times++) await ask();
    return {
      clock,
      origin,
      isolate,
      open,
      cache,
      ask,
      again: (more: RequestInit = init, at = url) => isolate.again(new Request(at, more)),
    };
  }

  const USUAL: Fields = {
    accept: "application/json",
    "accept-language": "de",
    "user-agent": "curl/8",
    "cf-ray": "1",
    "x-forwarded-for": "192.0.2.1",
  };

  describe("an answer is given again", () => {
    test("to the same request, with the age that it has by then", async () => {
      const { again, clock, origin } = await warmed({}, { headers: USUAL });
      for (const seconds of [0, 1, 2]) {
        clock.now = START + seconds * 1000 + 1;
        const answer = await again();
        expect(answer?.headers.get("age")).toBe(String(seconds));
        expect(answer?.headers.get("cache-status")).toBe(`selvedge;hit;ttl=${60 - seconds}`);
        expect(await answer?.text()).toBe("the things");
      }
      expect(origin.asked).toBe(1);
    });

    test("as 304 to whoever has it", async () => {
      const { again } = await warmed({}, { headers: { "if-none-match": '"one"' } });
      expect((await again())?.status).toBe(304);
      expect(await again({ headers: { "if-none-match": '"two"' } })).toBeNull();
      expect(await again({})).toBeNull();
    });

    test("to HEAD as to HEAD", async () => {
      const { again, ask } = await warmed({}, { method: "HEAD" });
      await ask({ method: "GET" });
      for (let times = 0; times < 2; times++) await ask();
      expect(await (await again())?.text()).toBe("");
      expect((await again())?.headers.get("etag")).toBe('"one"');
      expect(await again({ method: "GET" })).toBeNull();
    });

    test.each<[name: string, value: string]>([
      ["user-agent", "another"],
      ["cf-ray", "2"],
      ["cf-connecting-ip", "192.0.2.2"],
      ["x-forwarded-for", "192.0.2.2"],
      ["traceparent", "00-1-2-01"],
      ["referer", "https://elsewhere.example"],
      ["sec-fetch-site", "same-origin"],
    ])("to who differs in %s, which no decision reads", async (name, value) => {
      const { again } = await warmed({}, { headers: USUAL });
      expect(await again({ headers: { ...USUAL, [name]: value } })).not.toBeNull();
    });

    test("with a body that stands apart", async () => {
      const body = "things ".repeat(20_000);
      const { again, cache, origin } = await warmed({ body }, { headers: USUAL });
      cache.asked.length = 0;
      expect(await (await again())?.text()).toBe(body);
      expect(cache.asked).toHaveLength(memoryBytes > 0 ? 1 : 2);
      expect(origin.asked).toBe(1);
    });

    test("by the variant that Vary selects", async () => {
      const { again, ask } = await warmed({ says: { vary: "accept-language" } }, { headers: USUAL });
      const other = { headers: { ...USUAL, "accept-language": "fr" } };
      expect(await again(other)).toBeNull();
      for (let times = 0; times < 3; times++) await ask(other);
      expect(await again(other)).not.toBeNull();
    });
  });

  describe("whoever says something else goes the whole way", () => {
    test.each<[name: string, value: string]>([
      ["accept", "text/html"],
      ["accept-language", "fr"],
      ["origin", "https://app.example.com"],
      ["x-tenant", "a"],
      ["x-api-key", "a"],
      ["unheard-of", "a"],
      ["save-data", "on"],
      ["sec-ch-ua-mobile", "?1"],
      ["authorization", "Bearer a"],
      ["cookie", "a=b"],
      ["range", "bytes=0-1"],
      ["if-range", '"one"'],
      ["if-match", '"one"'],
      ["if-unmodified-since", "Thu, 01 Jan 2026 00:00:00 GMT"],
      ["cache-control", "max-age=0"],
      ["cache-control", "only-if-cached"],
      ["pragma", "no-cache"],
      ["upgrade", "websocket"],
    ])("%s: %s", async (name, value) => {
      const { again, ask } = await warmed({}, { headers: USUAL });
      const request = { headers: { ...USUAL, [name]: value } };
      expect(await again(request)).toBeNull();
      await ask(request);
      expect(await again({ headers: { ...USUAL, [name]: `${value}x` } })).toBeNull();
    });

    test.each<[name: string, url: string]>([
      ["another query", "https://api.example.com/things?page=2"],
      ["another path", "https://api.example.com/thing?page=1"],
      ["another host", "https://www.example.com/things?page=1"],
      ["another scheme", "http://api.example.com/things?page=1"],
    ])("%s", async (_, url) => {
      const { again } = await warmed({}, { headers: USUAL });
      expect(await again({ headers: USUAL }, url)).toBeNull();
    });

    test.each(["POST", "PUT", "DELETE", "OPTIONS", "HEAD"])("%s", async (method) => {
      const { again } = await warmed({}, { headers: USUAL });
      expect(await again({ method, headers: USUAL })).toBeNull();
    });

    test("a field that no decision reads, but for one rule", async () => {
      const rules: Partial<Rules> = {
        rules: [{ name: "bots", match: { headers: { "user-agent": "bot" } }, cache: false }],
      };
      const { again } = await warmed({ rules }, { headers: USUAL });
      expect(await again({ headers: { ...USUAL, "x-forwarded-for": "192.0.2.2" } })).not.toBeNull();
      expect(await again({ headers: { ...USUAL, "user-agent": "bot" } })).toBeNull();
    });

    test("a field that no decision reads, but for a key", async () => {
      const byDevice: Partial<Rules> = { defaults: { key: { device: true } } };
      const { again } = await warmed({ rules: byDevice }, { headers: USUAL });
      expect(await again()).not.toBeNull();
      expect(await again({ headers: { ...USUAL, "user-agent": "iPhone" } })).toBeNull();
    });
  });

  describe("nothing is given again", () => {
    test.each<[why: string, setting: Setting]>([
      ["where Vary names what does not tell requests apart", { says: { vary: "user-agent" } }],
      [
        "where a rule counts requests",
        { rules: { defaults: { rateLimit: { binding: "LIMIT", limit: 100, period: "60s", by: "{host}" } } } },
      ],
      [
        "where fields are filled in for each request",
        { rules: { defaults: { responseHeaders: { set: { "x-for": "{request.user-agent}" } } } } },
      ],
      [
        "where a rule asks for the client's country",
        { rules: { rules: [{ name: "de", match: { country: "DE" }, cache: false }] } },
      ],
      [
        "where a rule asks for bots",
        { rules: { rules: [{ name: "bots", match: { bot: true }, cache: false }] } },
      ],
      ["of what is stale", { says: { "cache-control": "max-age=0, stale-while-revalidate=60" } }],
      ["of what must be validated", { says: { "cache-control": "no-cache" } }],
      ["of what is not stored", { says: { "cache-control": "no-store" } }],
    ])("%s", async (_, setting) => {
      const { again } = await warmed(setting, { headers: USUAL });
      expect(await again()).toBeNull();
    });

    test("once it is no longer fresh, to the millisecond", async () => {
      const { again, ask, clock } = await warmed(
        { says: { "cache-control": "max-age=3" } },
        { headers: USUAL },
      );
      // By now this isolate looks for purges anew.
      clock.now = START + 2_600;
      for (let times = 0; times < 2; times++) await ask();
      clock.now = START + 2_999;
      expect(await again()).not.toBeNull();
      clock.now = START + 3_000;
      expect(await again()).toBeNull();
    });

    test("to whoever sends more than is worth remembering", async () => {
      const { again } = await warmed({}, { headers: { ...USUAL, "x-long": "a".repeat(2_000) } });
      expect(await again()).toBeNull();
    });

    test("of what was asked for before many others", async () => {
      const { again, ask } = await warmed({}, { headers: USUAL });
      for (let other = 0; other < 8; other++) {
        for (let times = 0; times < 3; times++) await ask({ headers: { ...USUAL, accept: `text/${other}` } });
      }
      expect(await again()).toBeNull();
      expect(await again({ headers: { ...USUAL, accept: "text/7" } })).not.toBeNull();
    });

    test.each([false, true])("once it is purged, soft: %s", async (soft) => {
      const { again, isolate } = await warmed({}, { headers: USUAL });
      expect(await again()).not.toBeNull();
      await isolate.purge({ scope: "path", value: "api.example.com/things", soft });
      expect(await again()).toBeNull();
    });

    test("once a write has invalidated it", async () => {
      const { again, ask } = await warmed({}, { headers: USUAL });
      expect(await again()).not.toBeNull();
      await ask({ method: "DELETE" });
      expect(await again()).toBeNull();
    });

    test("once another answer has taken its place", async () => {
      const rules: Partial<Rules> = { defaults: { clientDirectives: "honor" } };
      const { again, ask, clock } = await warmed({ rules }, { headers: USUAL });
      clock.now += 1_500;
      await ask({ headers: { ...USUAL, "cache-control": "no-cache" } });
      expect(await again()).toBeNull();
      await ask();
      await ask();
      expect((await again())?.headers.get("age")).toBe("0");
    });

    test("once another answer has taken its place, as 304", async () => {
      const says: Fields = { etag: '"one"' };
      const rules: Partial<Rules> = { defaults: { clientDirectives: "honor" } };
      const { again, ask } = await warmed({ rules, says }, { headers: { "if-none-match": '"one"' } });
      expect((await again())?.status).toBe(304);
      says["etag"] = '"two"';
      await ask({ headers: { "cache-control": "no-cache" } });
      expect(await again()).toBeNull();
    });

    test("once a write has invalidated its URL, where a field is in its key", async () => {
      const { again, ask } = await warmed({}, { headers: { ...USUAL, "x-api-key": "a" } });
      expect(await again()).not.toBeNull();
      await ask({ method: "DELETE" });
      expect(await again()).toBeNull();
    });

    test("once a body that is too large for memory is gone", async () => {
      const { again, ask, cache, origin } = await warmed(
        { body: "things ".repeat(20_000) },
        { headers: USUAL },
      );
      cache.kept.clear();
      expect(await again()).toBeNull();
      await ask();
      expect(origin.asked).toBe(2);
    });

    test("while it is time to look for purges", async () => {
      const { again, ask, clock } = await warmed({}, { headers: USUAL });
      clock.now += 2_500;
      expect(await again()).toBeNull();
      await ask();
      expect(await again()).not.toBeNull();
    });

    test("longer than other isolates' writes may go unseen, and then again", async () => {
      const { again, ask, clock } = await warmed({}, { headers: USUAL });
      clock.now += 4_001;
      expect(await again()).toBeNull();
      for (let times = 0; times < 3; times++) await ask();
      expect(await again()).not.toBeNull();
    });
  });

  test("costs no look-up but the one for the body", async () => {
    const { again, cache } = await warmed({}, { headers: USUAL });
    cache.asked.length = 0;
    expect(await (await again())?.text()).toBe("the things");
    expect(cache.asked).toHaveLength(memoryBytes > 0 ? 0 : 1);
  });

  test("is not given once another isolate has stored another answer, or none", async () => {
    const { again, cache, clock, origin, open } = await warmed({}, { headers: USUAL });
    clock.now += memoryBytes > 0 ? 4_100 : 0;
    const other = await open();
    const asking = { headers: USUAL };
    await other.ask(new Request(URL_ASKED, { method: "DELETE" })).then(({ settled }) => settled());
    expect(await again()).toBeNull();
    const { response, settled } = await other.ask(new Request(URL_ASKED, asking));
    await response.text();
    await settled();
    expect(await again()).toBeNull();
    cache.kept.clear();
    expect(await again()).toBeNull();
    expect(origin.asked).toBe(3);
  });

  test.each([{}, { vary: "accept-language" }])(
    "is not given once another isolate has invalidated it, with %j",
    async (says) => {
      const { again, clock, open } = await warmed({ says }, { headers: USUAL });
      clock.now += memoryBytes > 0 ? 4_100 : 0;
      const other = await open();
      await other.ask(new Request(URL_ASKED, { method: "DELETE" })).then(({ settled }) => settled());
      expect(await again()).toBeNull();
    },
  );

  test("is not given if it is purged while it is looked up", async () => {
    const { again, cache, clock, isolate } = await warmed({}, { headers: USUAL });
    clock.now += memoryBytes > 0 ? 4_100 : 0;
    cache.meanwhile = () => isolate.purge({ scope: "path", value: "api.example.com/things", soft: false });
    expect(await again()).toBeNull();
  });

  test("is given by one look-up while memory should be renewed, which is that", async () => {
    const { again, ask, cache, clock } = await warmed({}, { headers: USUAL });
    clock.now += 2_600;
    // By now this isolate looks for purges anew.
    await ask();
    clock.now += 1_500;
    cache.asked.length = 0;
    expect(await (await again())?.text()).toBe("the things");
    expect(cache.asked).toHaveLength(1);
    expect((await again())?.headers.get("age")).toBe("4");
    expect(cache.asked).toHaveLength(memoryBytes > 0 ? 1 : 2);
  });
});
