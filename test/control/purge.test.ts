/** See and undo what the cache did: purges over the control API, from end to end. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../scripts/tools.ts";
import { eventually, outcomeOf, stage } from "../support/stage.ts";
import { CONTROL_TOKENS, type ControlRequest, control as controlAt, TOKENS } from "./support.ts";

const CONTROL_PAGE = readFileSync(join(ROOT, "docs/control.md"), "utf8");
const HOUR = { "Cache-Control": "max-age=3600" };

const { ask, path, worker } = withWorker();

function withWorker() {
  const running = stage({
    vars: { CONTROL_TOKENS },
    rules: {
      rules: [
        { name: "tagged", match: { path: "/tagged/*" }, tags: ["things"] },
        { name: "soft", match: { path: "/soft/*" }, staleWhileRevalidate: "1h" },
        {
          name: "folded",
          match: { path: "/folded/*" },
          query: { exclude: ["utm_*"] },
          key: { pathCase: "insensitive" },
        },
        { name: "shared", match: { path: "/shared/*" }, key: { host: false } },
      ],
    },
  });
  return {
    ...{ ask: running.ask, path: running.path },
    worker: () => running.worker,
  };
}

const control = (route: string, request?: ControlRequest) => controlAt(worker().url, route, request);

const purge = (body: unknown, token = TOKENS.ci) =>
  control("/purge", { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body), token });

/** A path whose copy is in place. */
async function stored(prefix: string): Promise<string> {
  const target = path(prefix, { headers: HOUR });
  await eventually(async () => outcomeOf(await ask(target)) === "hit");
  return target;
}

const host = () => new URL(worker().url).host;

describe("POST purge", () => {
  test.each<[what: string, prefix: string, body: (target: string) => object]>([
    ["a tag", "/tagged", () => ({ tags: ["things"] })],
    ["an address of this host", "/a", (target) => ({ urls: [target] })],
    ["a whole address", "/a", (target) => ({ urls: [`http://${host()}${target}`] })],
    ["an address by the other scheme", "/a", (target) => ({ urls: [`https://${host()}${target}`] })],
    ["an address as the rule folds it", "/folded", (target) => ({ urls: [`${target}?utm_source=x`] })],
    ["a path", "/a", (target) => ({ paths: [target] })],
    ["a path with its host", "/a", (target) => ({ paths: [host() + target] })],
    ["a prefix", "/prefixed/deep", () => ({ prefixes: ["/prefixed/de"] })],
    ["a rule", "/tagged", () => ({ rules: ["tagged"] })],
    ["a rule that may be gone", "/tagged", () => ({ formerRules: ["tagged"] })],
    ["a host", "/a", () => ({ hosts: [host()] })],
    ["the copy of all hosts, by one of them", "/shared", () => ({ hosts: [host()] })],
    ["the copy of all hosts, by its path", "/shared", (target) => ({ paths: [target] })],
    ["the copy of all hosts, by a prefix", "/shared", () => ({ prefixes: ["/shared/"] })],
    ["everything", "/a", () => ({ everything: true })],
  ])("%s", async (_, prefix, body) => {
    const target = await stored(prefix);
    const before = await ask(target);
    const answer = await purge(body(target));
    expect(answer.status).toBe(200);
    const after = await ask(target);
    expect(outcomeOf(after)).toBe("purged");
    expect(after.body).not.toBe(before.body);
  });

  test("by the line for deploy hooks in docs/control.md, as curl sends it: whatever -d sends is a form to curl", async () => {
    const [, body = "", route = ""] =
      /curl --fail-with-body -sS --retry 3 .* -d '([^']+)' https:\/\/[\w.]+\/__selvedge(\S+)/.exec(
        CONTROL_PAGE,
      ) ?? [];
    const answer = await control(route, {
      ...{ method: "POST", body, token: TOKENS.ci },
      headers: {
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": "curl/8.14.1",
        Accept: "*/*",
      },
    });
    expect([answer.status, JSON.parse(answer.body).reach]).toEqual([200, "everywhere"]);
  });

  test("by the last of a thousand tags that a response has", async () => {
    const tags = Array.from({ length: 1000 }, (_, index) => `of-many-${index}`).join();
    const target = path("/a", { headers: { ...HOUR, "Cache-Tag": tags } });
    await eventually(async () => outcomeOf(await ask(target)) === "hit");
    expect((await purge({ tags: ["of-many-999"] })).status).toBe(200);
    expect(outcomeOf(await ask(target))).toBe("purged");
  });

  test("soft: what is stale now is served while it is refreshed", async () => {
    const target = await stored("/soft");
    const before = await ask(target);
    await purge({ urls: [target], soft: true });
    const stale = await ask(target);
    expect([outcomeOf(stale), stale.body]).toEqual(["purged-soft", before.body]);
    await eventually(async () => (await ask(target)).body !== before.body);
  });

  test("nothing else goes", async () => {
    const [target, other] = [await stored("/tagged"), await stored("/a")];
    await purge({ urls: [target], tags: ["something"], prefixes: ["/b"] });
    expect([outcomeOf(await ask(target)), outcomeOf(await ask(other))]).toEqual(["purged", "hit"]);
  });

  test("says what it has purged, in the spelling of what is stored, and who asked is on record", async () => {
    const answer = await purge({ urls: ["/folded/X?utm_medium=y&a=1"], soft: true });
    const told = JSON.parse(answer.body);
    const values = [`${host()}/folded/x?a=1`, `${host()}/folded/X?utm_medium=y&a=1`];
    expect(told.reach).toBe("everywhere");
    expect(told.purges).toMatchObject(values.map((value) => ({ scope: "url", value, soft: true })));
    const history = JSON.parse((await control("/purges?limit=2", { token: TOKENS.reader })).body);
    const by = "ci";
    expect(history.purges).toEqual([
      { ...told.purges[1], by },
      { ...told.purges[0], by },
    ]);
    const older = JSON.parse((await control(`/purges?before=${told.purges[0].sequence}`)).body);
    expect(older.purges.map(({ sequence }: { sequence: number }) => sequence)).not.toContain(
      told.purges[0].sequence,
    );
  });
});

describe("a request that is wrong", () => {
  test.each<[title: string, body: unknown, complaint: string]>([
    ["not JSON", "{", "the body is not JSON"],
    ["a form", "tags=a", "allowed: a JSON object, its keys and strings in double quotes"],
    [
      "a key twice, of which one would be lost",
      '{"tags":["a"],"soft":true,"t\\u0061gs":["b"]}',
      "tags: twice; allowed: once",
    ],
    ["empty", " ", "the body is empty; allowed: a JSON object"],
    [
      "a list",
      [],
      "found []; allowed: an object with the keys tags, urls, paths, prefixes, rules, formerRules, hosts, everything, soft",
    ],
    [
      "nothing",
      {},
      "nothing to purge; allowed: one or more of tags, urls, paths, prefixes, rules, formerRules, hosts, everything",
    ],
    [
      "a misspelt key",
      { tag: ["a"] },
      'tag: unknown; allowed: the keys tags, urls, paths, prefixes, rules, formerRules, hosts, everything, soft; did you mean "tags"?',
    ],
    ["a text for a list", { tags: "a" }, 'tags: found "a"; allowed: a list of strings'],
    ["a number in a list", { urls: ["/a", 7] }, "urls[1]: found 7; allowed: a string, not empty"],
    [
      "no address",
      { urls: ["https://"] },
      'urls[0]: found "https://"; allowed: an address, such as /products?page=2',
    ],
    [
      "a path with a query",
      { paths: ["/a?b"] },
      'paths[0]: found "/a?b"; allowed: a path without a query, with its host or none, such as /products',
    ],
    [
      "a rule that is none",
      { rules: ["taged"] },
      'rules[0]: found "taged"; allowed: the name of a rule, or in "formerRules" that of one that is gone; did you mean "tagged"?',
    ],
    ["everything but not quite", { everything: false }, "everything: found false; allowed: true"],
    ["softly", { tags: ["a"], soft: "yes" }, 'soft: found "yes"; allowed: true or false'],
    [
      "too many",
      { tags: Array.from({ length: 1001 }, (_, index) => `t${index}`) },
      "1001 purges; allowed: at most 1000",
    ],
  ])("%s", async (_, body, complaint) => {
    const answer = await purge(body);
    expect([answer.status, answer.headers["content-type"]]).toEqual([400, "application/problem+json"]);
    expect(JSON.parse(answer.body).detail).toContain(complaint);
  });

  test("but only seems to have a key twice is not", async () => {
    const body = '{"tags":["tags\\":","tags","{[","\\\\"],"soft":true}';
    expect((await purge(body)).status).toBe(200);
  });

  test("is told so where it is not UTF-8", async () => {
    const body = Buffer.from('{"tags":["\u00e9"]}', "latin1");
    const answer = await control("/purge", { method: "POST", body });
    expect(JSON.parse(answer.body).detail).toBe("the body is not UTF-8; allowed: JSON in UTF-8");
  });

  test("purges nothing of it, also not what is right", async () => {
    const target = await stored("/a");
    await purge({ urls: [target, 7] });
    expect(outcomeOf(await ask(target))).toBe("hit");
  });

  test("is not read beyond its limit", async () => {
    expect((await purge(`{"tags":["${"x".repeat(1_100_000)}"]}`)).status).toBe(413);
  });

  test.each([
    ["limit=0", 'limit: found "0"; allowed: a number from 1 to 1000'],
    ["limit=1001", 'limit: found "1001"; allowed: a number from 1 to 1000'],
    ["limit=x", 'limit: found "x"; allowed: a number from 1 to 1000'],
    ["before=0", 'before: found "0"; allowed: the number of a purge, from 1'],
    ["before=-1", 'before: found "-1"; allowed: the number of a purge, from 1'],
  ])("of the history: %s", async (query, detail) => {
    const answer = await control(`/purges?${query}`);
    expect([answer.status, JSON.parse(answer.body).detail]).toEqual([400, detail]);
  });
});
