/** See what the cache holds: each variant in each tier, without touching any of it. */
import { describe, expect, test } from "vitest";
import { eventually, outcomeOf, stage } from "../support/stage.ts";
import { CONTROL_TOKENS, control } from "./support.ts";

const HOUR = { "Cache-Control": "max-age=3600", ETag: '"v1"', "X-Private": "of somebody" };

const running = stage({
  vars: { CONTROL_TOKENS, SELVEDGE_SECRET: "a secret that is thirty-two characters long" },
  rules: {
    rules: [
      { name: "user", match: { path: "/user/*" }, scope: "user" },
      { name: "tagged", match: { path: "/tagged/*" }, tags: ["things"], staleWhileRevalidate: "1h" },
      { name: "keyed", match: { path: "/keyed/*" }, key: { headers: ["X-Plan"] } },
    ],
  },
});
const { ask, path, received } = running;

interface Copy {
  readonly status: number;
  readonly tags: readonly string[];
  readonly freshness: { readonly secondsLeft: number };
  readonly purge: object | null;
  readonly decision: { readonly kind: string; readonly reason: string };
}

interface Inspected {
  readonly rule: string | null;
  readonly plan: { readonly kind: string; readonly reason?: string };
  readonly key?: { readonly uri: string };
  readonly invalidatedAt?: string | null;
  readonly nominations?: readonly (readonly string[])[];
  readonly stored?: readonly {
    readonly fields: Readonly<Record<string, string | null>>;
    readonly selected: boolean;
    readonly headers: Readonly<Record<string, string>>;
    readonly memory: Copy | null;
    readonly dataCentre: Copy | null;
  }[];
}

async function inspected(query: string): Promise<Inspected> {
  const answer = await control(running.worker.url, `/inspect?${query}`);
  expect([answer.status, answer.body]).toEqual([200, expect.any(String)]);
  return JSON.parse(answer.body);
}

async function stored(target: string, headers: Record<string, string> = {}): Promise<void> {
  await eventually(async () => outcomeOf(await ask(target, { headers })) === "hit");
}

describe("inspect", () => {
  test("nothing is stored, and nothing is asked of the origin", async () => {
    const target = path("/a", { headers: HOUR });
    const told = await inspected(`url=${target}`);
    expect(told).toMatchObject({ rule: null, plan: { kind: "lookup" }, stored: [], invalidatedAt: null });
    expect(received(target)).toEqual([]);
  });

  test("a response, in memory and in the data centre, with what decides over it", async () => {
    const target = path("/tagged", { headers: HOUR });
    await stored(target);
    const { stored: [only, ...others] = [], key } = await inspected(`url=${target}`);
    expect(others).toEqual([]);
    expect(key?.uri).toBe(running.worker.url + target);
    expect(only).toMatchObject({ fields: {}, selected: true, headers: { etag: '"v1"' } });
    expect(only?.headers).not.toHaveProperty("x-private");
    for (const copy of [only?.memory, only?.dataCentre]) {
      expect(copy).toMatchObject({
        status: 200,
        rule: "tagged",
        tags: ["things"],
        bytes: "answer 1".length,
        purge: null,
        freshness: { lifetimeSeconds: 3600, from: "max-age" },
        decision: { kind: "serve", reason: "fresh", section: "RFC 9111 §4.2" },
      });
    }
  });

  test("each variant, whichever the described request selects", async () => {
    const target = path("/a", { headers: { ...HOUR, Vary: "Accept-Language" } });
    await stored(target, { "Accept-Language": "de" });
    await stored(target, { "Accept-Language": "en" });
    const told = await inspected(`url=${target}&header=Accept-Language:de`);
    expect(told.nominations).toEqual([["accept-language"]]);
    expect(told.stored?.map(({ fields, selected }) => [fields["accept-language"], selected])).toEqual([
      ["en", false],
      ["de", true],
    ]);
    expect(told.stored?.map(({ dataCentre }) => dataCentre?.decision.reason)).toEqual(["fresh", "fresh"]);
  });

  test("a purge, and what is left to do with each copy", async () => {
    const target = path("/tagged", { headers: HOUR });
    await stored(target);
    const purge = (soft: boolean) =>
      control(running.worker.url, "/purge", {
        method: "POST",
        body: JSON.stringify({ urls: [target], soft }),
      });
    await purge(true);
    const softly = (await inspected(`url=${target}`)).stored?.[0]?.dataCentre;
    expect(softly).toMatchObject({
      purge: { scope: "url", soft: true, value: new URL(running.worker.url).host + target },
      decision: { kind: "serve-stale", reason: "purged-soft" },
    });
    await purge(false);
    const hard = (await inspected(`url=${target}`)).stored?.[0]?.memory;
    expect(hard).toMatchObject({ purge: { soft: false }, decision: { kind: "fetch", reason: "purged" } });
    expect(received(target)).toHaveLength(1);
  });

  test("a write: when, and that the variants before it are invalid", async () => {
    const target = path("/a", { headers: { ...HOUR, Vary: "Accept-Language" } });
    await stored(target, { "Accept-Language": "de" });
    await ask(target, { method: "DELETE" });
    const told = await inspected(`url=${target}`);
    expect(told.invalidatedAt).toEqual(expect.stringMatching(/^20\d\d-/));
    expect(told.stored?.map(({ dataCentre }) => dataCentre?.decision.reason)).toEqual(["invalidated"]);
  });

  test("what stands under another key takes the fields that lead to it", async () => {
    const target = path("/keyed", { headers: HOUR });
    await stored(target, { "X-Plan": "pro" });
    expect((await inspected(`url=${target}`)).stored).toEqual([]);
    expect((await inspected(`url=${target}&header=X-Plan:pro`)).stored).toHaveLength(1);
  });

  test("what is one user's is found by that user's credentials alone, and those are not repeated", async () => {
    const target = path("/user", { headers: HOUR });
    const authorization = "Bearer of-alice";
    await stored(target, { Authorization: authorization });
    const told = await inspected(
      `url=${target}&header=${encodeURIComponent(`Authorization: ${authorization}`)}`,
    );
    expect(told.stored).toHaveLength(1);
    expect(JSON.stringify(told)).not.toContain("of-alice");
    expect(await inspected(`url=${target}`)).toMatchObject({
      plan: { kind: "bypass", reason: "no-identity" },
    });
  });

  test("credentials that Vary names are not repeated", async () => {
    const target = path("/a", { headers: { ...HOUR, Vary: "Cookie" } });
    await stored(target, { Cookie: "session=of-alice" });
    const told = await inspected(`url=${target}&header=Cookie:session%3Dof-alice`);
    expect(told.stored?.map(({ fields, selected }) => [fields, selected])).toEqual([
      [{ cookie: "hidden" }, true],
    ]);
    expect(JSON.stringify(told)).not.toContain("of-alice");
  });

  test.each([
    ["without an address", "", "url: found nothing"],
    ["of the control API itself", "url=/__selvedge/health", "url: the control API's own"],
  ])("is refused %s", async (_, query, complaint) => {
    const answer = await control(running.worker.url, `/inspect?${query}`);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body).detail).toContain(complaint);
  });
});
