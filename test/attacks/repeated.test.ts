/** Never a wrong answer: whatever requests follow each other, an answer from memory is what a decision would have given. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { defineRules } from "../../src/rules/rule.ts";
import { FakeCache } from "../store/fake-cache.ts";
import { configWith } from "../support/config.ts";
import { openIsolate } from "../support/isolate.ts";

type Rule = Parameters<typeof defineRules>[0]["rules"][number];
type Fields = Readonly<Record<string, string>>;

/** What a rule may ask of a request, each of which some of the requests below fulfil. */
const MATCHES: readonly NonNullable<Rule["match"]>[] = [
  { headers: { "user-agent": "iPhone" } },
  { not: { headers: { "user-agent": true } } },
  { any: [{ headers: { "x-forwarded-for": "192.0.2.1" } }, { headers: { referer: true } }] },
  { headers: { "sec-fetch-site": ["none", "same-origin"] } },
  { headers: { "x-tenant": true }, ip: ["192.0.2.0/24"] },
  { country: "DE" },
  { bot: true },
  { cookies: { group: "a" } },
  { query: { page: "1" } },
];

const DECISIONS: readonly Partial<Rule>[] = [
  { edgeTtl: "10m" },
  { cache: false },
  { key: { device: true } },
  { key: { country: true } },
  { key: { headers: ["user-agent"] } },
  { key: { language: ["de", "en"] } },
  { key: { encoding: ["br", "gzip"] } },
  { cors: { origins: ["https://app.example.com"] } },
  { otherHeaders: "drop" },
  { otherHeaders: "key" },
  { browserTtl: "5s" },
];

const VALUES: Readonly<Record<string, readonly string[]>> = {
  "user-agent": ["iPhone", "curl/8", "Googlebot"],
  "x-forwarded-for": ["192.0.2.1", "192.0.2.2"],
  "cf-connecting-ip": ["192.0.2.1", "198.51.100.1"],
  referer: ["https://a.example"],
  "sec-fetch-site": ["none", "cross-site"],
  "x-tenant": ["a", "b"],
  cookie: ["group=a", "group=b"],
  "accept-language": ["de", "en, de;q=0.5", "fr"],
  "accept-encoding": ["br", "gzip"],
  origin: ["https://app.example.com", "https://evil.example"],
  authorization: ["Bearer a"],
  range: ["bytes=0-1"],
  "if-none-match": ['"other"', "*"],
  "cache-control": ["no-cache"],
  connection: ["x-tenant"],
};

/** The origin varies by these, or by nothing. */
const VARIES = ["", "user-agent", "x-tenant", "accept-language", "origin, referer", "x-forwarded-for"];

const rule = fc.tuple(fc.constantFrom(...MATCHES), fc.constantFrom(...DECISIONS));

interface Asking {
  readonly method: string;
  readonly page: string;
  readonly country: string;
  readonly fields: Fields;
}

const FIRST: Asking = { method: "GET", page: "1", country: "FR", fields: {} };

/** What makes another request of one. */
const change: fc.Arbitrary<(asking: Asking) => Asking> = fc.oneof(
  fc.constantFrom("GET", "HEAD", "DELETE").map((method) => (asking: Asking) => ({ ...asking, method })),
  fc.constantFrom("1", "2").map((page) => (asking: Asking) => ({ ...asking, page })),
  fc.constantFrom("DE", "FR").map((country) => (asking: Asking) => ({ ...asking, country })),
  ...Object.entries(VALUES).map(([name, values]) =>
    fc.constantFrom(...values).map((value) => (asking: Asking) => {
      return { ...asking, fields: { ...asking.fields, [name]: value } };
    }),
  ),
);

/** Requests that differ in little, so that what must tell them apart is put to the test. */
const askings = fc.array(change, { minLength: 1, maxLength: 5 }).map((changes) => {
  let last = FIRST;
  const changed = changes.map((next) => {
    last = next(last);
    return last;
  });
  return [FIRST, ...changed];
});

/** Node knows nothing of `cf`. */
function requestOf({ method, page, fields, country }: Asking): Request {
  const request = new Request(`https://api.example.com/things?page=${page}`, { method, headers: fields });
  return Object.defineProperty(request, "cf", { value: { country } });
}

/** An isolate whose origin says of each answer for which fields of those that it varies by it is. */
async function open(rules: readonly Rule[], vary: string, memoryBytes: number) {
  const fetch = async (_: string, { headers }: { headers: Headers }) => {
    const body = vary.split(", ").map((name) => (name === "" ? "" : new Headers(headers).get(name)));
    const said = { "cache-control": "max-age=60", etag: '"one"', ...(vary === "" ? {} : { vary }) };
    return new Response(JSON.stringify(body), { headers: said });
  };
  const now = Date.UTC(2026, 0, 1);
  return openIsolate({
    config: configWith({ memoryBytes, bindings: { API: { fetch } } }),
    rules: defineRules({ rules: [...rules], origins: { default: { service: "API" } } }),
    cache: new FakeCache().cache,
    clock: () => now,
  });
}

const shown = async (response: Response) => ({
  status: response.status,
  fields: [...response.headers].filter(([name]) => name !== "date"),
  body: await response.text(),
});

test.each([
  ["from memory", 32 * 1024 * 1024],
  ["with what the Cache API holds", 0],
])(
  "an answer that is given again %s is the one that a new isolate gives when it is asked for the second time",
  async (_, memoryBytes) => {
    const told = { again: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(rule, { maxLength: 3 }),
        fc.constantFrom(...VARIES),
        askings,
        async (chosen, vary, all) => {
          const rules = chosen.map(([match, decisions], at) => ({ name: `rule-${at}`, match, ...decisions }));
          const isolate = await open(rules as Rule[], vary, memoryBytes);
          for (const one of [...all, ...all, ...all]) {
            const again = await isolate.again(requestOf(one));
            const { response, settled } = await isolate.ask(requestOf(one));
            await response.text();
            await settled();
            if (again === null) continue;
            told.again += 1;
            const other = await open(rules as Rule[], vary, memoryBytes);
            const first = await other.ask(requestOf({ ...one, method: "GET" }));
            await first.response.text();
            await first.settled();
            const second = await other.ask(requestOf(one));
            expect(await shown(again)).toEqual(await shown(second.response));
          }
        },
      ),
      { numRuns: 250 },
    );
    expect(told.again).toBeGreaterThan(50);
  },
);
