/** `explain` from the rules alone: the decisions of the engine, with their reasons, and what they were made from. */
import { describe, expect, test } from "vitest";
import { folder, jsonOf, rulesFile, selvedge, selvedgeHere } from "./support.ts";

const directory = folder();
const RULES = rulesFile(
  directory,
  "rules.ts",
  `{
  rules: [
    { name: "private", match: { path: "/user/*" }, cache: false },
    { name: "german", match: { path: "/list", headers: { "accept-language": ["de"] } } },
    { name: "list", match: { path: "/list" }, query: { tracking: "drop" }, edgeTtl: "1m",
      requestCookies: "ignore", staleWhileRevalidate: "30s", staleIfError: "1h", key: { country: true } },
    { name: "mine", match: { path: "/mine" }, scope: "user" },
    { name: "signed-in", match: { path: "/me" }, scope: "user", identity: { cookie: "sid" } },
    { name: "tagged", match: { path: "/tagged" }, edgeTtl: "1m", staleIfError: "1h", tags: ["from:{country}"] },
    { name: "search", match: { path: "/search", method: "POST" }, key: { body: { methods: ["POST"] } } },
    { name: "moved", match: { path: "/old" }, respond: { redirect: "/new" } },
    { name: "signed", match: { path: "/files/*" }, signedUrl: { secret: "LINKS" } },
  ],
}`,
);

const explain = (...args: readonly string[]) => selvedgeHere(["explain", "--rules", RULES, ...args]);

async function told(...args: readonly string[]) {
  const run = await explain(...args, "--json");
  expect(run.exitCode).toBe(0);
  return jsonOf(run);
}

test("as a tree: the rule and those before it, the key and its parts, three decisions, the times", async () => {
  const { exitCode, stdout, stderr } = await explain(
    ...["/list?b=1&utm_source=x", "--header", "CF-IPCountry: DE", "--header", "Cookie: sid=secret"],
    ...["--response-header", "Cache-Control: max-age=5", "--age", "70"],
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toContain('├─ rule "list"\n');
  expect(stdout).toContain('not "private" (index 0): path "/list" does not match "/user/*"\n');
  expect(stdout).toContain('not "german" (index 1): header "accept-language" is absent');
  expect(stdout).toMatch(/key: https:\/\/api\.example\.com\/list\?b=1\n.*country: "DE"\n/);
  expect(stdout).toContain("reuse: serve-stale, stale, within its window, and refreshed behind the answer");
  expect(stdout).toContain("storage: store, the response is stored (stored; RFC 9111 §3)");
  expect(stdout).toContain("lifetime 60 s (rule) - age 70 s = stale for 10 s (RFC 9111 §4.2)");
  expect(stdout).toContain("stale-if-error 3600 s (rule) (RFC 5861 §4)");
  expect(stdout).not.toContain("secret");
});

describe("the decisions", () => {
  const stored = ["--response-header", "Cache-Control: max-age=5"];
  const s = "s-maxage=60";
  test.each<[args: string[], expected: object]>([
    [["/list"], { rule: "list", plan: { kind: "lookup" }, reuse: { reason: "uri-miss" }, storage: null }],
    [["/list", "--header", "Accept-Language: de"], { rule: "german" }],
    [["/user/1"], { rule: "private", plan: { kind: "bypass" }, reuse: null }],
    [["/list", "--method", "POST"], { plan: { kind: "write-through" } }],
    [
      ["/search", "--method", "POST"],
      { plan: { kind: "lookup" }, key: { key: expect.stringContaining("(the content)") } },
    ],
    [["/old"], { rule: "moved", plan: { kind: "respond" } }],
    [["/nothing"], { rule: null }],
    [["/list", ...stored], { storage: { kind: "store" }, lifetimes: { lifetimeSeconds: 60, from: "rule" } }],
    [["/list", ...stored, "--age", "59"], { reuse: { kind: "serve", reason: "fresh" } }],
    [
      ["/list", ...stored, "--age", "61"],
      { reuse: { kind: "serve-stale", reason: "stale-while-revalidate" } },
    ],
    [["/list", ...stored, "--age", "91"], { reuse: { kind: "fetch", reason: "stale" } }],
    [
      ["/list", "--response-header", `Cache-Control: ${s}`, "--age", "61"],
      { reuse: { reason: "stale-forbidden" } },
    ],
    [
      ["/list", ...stored, "--response-header", 'ETag: "1"', "--age", "91"],
      { reuse: { kind: "revalidate", reason: "stale" } },
    ],
    [["/list", "--response-header", "Cache-Control: no-store"], { storage: { reason: "no-store" } }],
    [
      ["/list", "--response-header", "Set-Cookie: a=b"],
      { storage: { kind: "pass-through", reason: "set-cookie" } },
    ],
    [["/list", "--status", "500"], { storage: { kind: "pass-through" } }],
    [["/mine"], { rule: "mine", plan: { kind: "bypass" } }],
    [["/mine", "--header", "Authorization: Bearer"], { plan: { kind: "bypass" } }],
    [["/me"], { rule: "signed-in", plan: { kind: "bypass" } }],
    [["/me", "--header", "Cookie: sid=secret"], { plan: { kind: "lookup" } }],
    [["/tagged", "--age", "5"], { reuse: { kind: "serve" } }],
    [
      ["/mine", "--header", "Authorization: Bearer secret"],
      { plan: { kind: "lookup" }, reuse: { reason: "uri-miss" } },
    ],
    [["https://other.test/list"], { request: { url: "https://other.test/list" }, rule: "list" }],
  ])("%j", async (args, expected) => {
    expect(await told(...args)).toMatchObject(expected);
  });
});

test("repeats no credentials, and says that who asks is in the key", async () => {
  const { stdout } = await explain("/mine", "--header", "Authorization: Bearer secret");
  expect(stdout).toContain("(who is asking)");
  expect(stdout).not.toContain("secret");
  expect(JSON.stringify(await told("/mine", "--header", "Authorization: Bearer secret"))).not.toContain(
    "secret",
  );
});

test("says that a signed link is not verified here", async () => {
  expect((await explain("/files/a")).stdout).toContain(
    "lets in only who has a signed link; not verified here",
  );
});

test("the rules here are explained even where the environment names a Worker", async () => {
  const variables = { SELVEDGE_URL: "http://127.0.0.1:9", SELVEDGE_TOKEN: "t" };
  const run = await selvedge(["explain", "/list", "--rules", RULES, "--json"], { variables });
  expect(jsonOf(run)).toMatchObject({ rule: "list" });
});

test("rules that are refused are, with every mistake, in place of an answer", async () => {
  const refused = rulesFile(directory, "refused.ts", '{ rules: [{ name: "a", match: { path: "a" } }] }');
  const { exitCode, stdout, stderr } = await selvedge(["explain", "/", "--rules", refused]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toMatch(
    /^selvedge: .*refused\.ts is refused:\n {2}- rule "a" \(index 0\), match\.path: found "a"; /,
  );
});
