/** A limit counts whom the rule says, and a limit that cannot be counted stops nobody. */
import { afterEach, describe, expect, it, vi } from "vitest";
import type { RateLimit, Template } from "../../../src/cache/policy.ts";
import { limitedFields } from "../../../src/proxy/access/limited-fields.ts";
import { isLimited } from "../../../src/proxy/access/rate-limit.ts";
import { fieldsOf, NO_CLIENT, request } from "../../cache/support.ts";
import { configWith } from "../../support/config.ts";
import { stage } from "../../support/stage.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const BY_IP: Template = { source: "{ip}", parts: [{ from: "ip" }] };
const BY_KEY: Template = { source: "{request.x-key}", parts: [{ from: "request", name: "x-key" }] };
const LIMIT: RateLimit = { binding: "LIMIT", limit: 2, periodSeconds: 10, by: BY_IP };

/** Counts to two for each key, as the platform's would. */
function limiter() {
  const counts = new Map<string, number>();
  return {
    async limit({ key }: { readonly key: string }) {
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return { success: count <= 2 };
    },
  };
}

const from = (ip: string | null, fields = {}) => ({ ...request(fields), client: { ...NO_CLIENT, ip } });

describe("whom a limit counts", () => {
  it("each client by itself", async () => {
    const config = configWith({ bindings: { LIMIT: limiter() } });
    const limited = [];
    for (const ip of ["192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2"]) {
      limited.push(await isLimited(from(ip), LIMIT, config));
    }
    expect(limited).toEqual([false, false, true, false]);
  });

  it("together all who have no value, and apart from who sends one that looks like it", async () => {
    const config = configWith({ bindings: { LIMIT: limiter() } });
    const byKey = { ...LIMIT, by: BY_KEY };
    const limited = [];
    for (const fields of [{}, {}, {}, { "X-Key": "" }, { "X-Key": "null" }]) {
      limited.push(await isLimited(from(null, fields), byKey, config));
    }
    expect(limited).toEqual([false, false, true, false, false]);
  });

  it("apart two rules that count by different things", async () => {
    const config = configWith({ bindings: { LIMIT: limiter() } });
    const head = from("192.0.2.1", { "X-Key": "192.0.2.1" });
    for (let count = 0; count < 3; count++) await isLimited(head, LIMIT, config);
    expect(await isLimited(head, { ...LIMIT, by: BY_KEY }, config)).toBe(false);
  });
});

describe("a limit that cannot be counted", () => {
  it.each<[name: string, bindings: Record<string, unknown>]>([
    ["is not bound", {}],
    ["is bound to a text", { LIMIT: "100" }],
    ["fails", { LIMIT: { limit: () => Promise.reject(new Error("overloaded")) } }],
    [
      "throws",
      {
        LIMIT: {
          limit() {
            throw new Error("overloaded");
          },
        },
      },
    ],
  ])("and %s stops nobody, and is told once", async (_, bindings) => {
    const told = vi.spyOn(console, "error").mockImplementation(() => {});
    const config = configWith({ bindings });
    for (let count = 0; count < 3; count++) {
      expect(await isLimited(from("192.0.2.1"), LIMIT, config)).toBe(false);
    }
    expect(told.mock.calls).toEqual([[expect.stringContaining("rate limit LIMIT does not count")]]);
  });
});

describe("who is limited", () => {
  it("is told when to come again, and what the limit is", () => {
    expect(fieldsOf(limitedFields(LIMIT))).toEqual({
      "retry-after": "10",
      "ratelimit-policy": '"LIMIT";q=2;w=10',
      ratelimit: '"LIMIT";r=0;t=10',
    });
  });
});

describe("a limit of a rule", () => {
  const { ask, path } = stage({
    rules: {
      rules: [
        {
          name: "limited",
          match: { path: "/limited/*" },
          edgeTtl: "1h",
          rateLimit: { binding: "LIMIT", limit: 2, period: "60s", by: "{request.x-key}" },
        },
      ],
    },
    options: { ratelimits: { LIMIT: { namespace_id: "1001", simple: { limit: 2, period: 60 } } } },
  });

  it("answers 429 in place of the origin and of what is stored, and others go on", async () => {
    const target = path("/limited", {});
    const as = (key: string) => ask(target, { headers: { "X-Key": key } });
    const answers = [await as("a"), await as("a")];
    // The platform's period may end in between, once.
    while (answers.at(-1)?.status === 200 && answers.length < 5) answers.push(await as("a"));
    expect(answers.slice(0, 2).map(({ status }) => status)).toEqual([200, 200]);
    expect((await as("b")).status).toBe(200);
    const limited = answers.at(-1);
    expect(limited?.status).toBe(429);
    expect(limited?.headers).toMatchObject({
      "retry-after": "60",
      "ratelimit-policy": '"LIMIT";q=2;w=60',
      ratelimit: '"LIMIT";r=0;t=60',
      "cache-control": "no-store",
    });
  });
});
