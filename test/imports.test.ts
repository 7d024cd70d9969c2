import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { forbiddenEdges, impurities, longFiles, type SourceFile } from "./support/imports.ts";

const SRC = join(import.meta.dirname, "../src");

const files: readonly SourceFile[] = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => ({ path: path.replaceAll("\\", "/"), text: readFileSync(join(SRC, path), "utf8") }));

describe("src", () => {
  it("was found", () => {
    expect(files.map(({ path }) => path)).toContain("cache/reuse.ts");
  });

  it("imports only what the design allows", () => {
    expect(forbiddenEdges(files)).toEqual([]);
  });

  it("is pure where decisions are made", () => {
    expect(impurities(files)).toEqual([]);
  });

  it("has no file of more than 250 lines", () => {
    expect(longFiles(files)).toEqual([]);
  });
});

describe("the rule of imports", () => {
  it.each<[path: string, text: string, forbidden: string | null]>([
    ["http/age.ts", 'import { a } from "./syntax.ts";', null],
    ["http/age.ts", 'import { a } from "isbot";', null],
    ["http/age.ts", 'import { a } from "itty-router";', "itty-router"],
    ["http/age.ts", 'import type { A } from "../cache/types.ts";', "cache/types.ts"],
    ["http/age.ts", 'import { a } from "../errors.ts";', "errors.ts"],
    ["cache/plan.ts", 'import { a } from "../http/age.ts";', null],
    ["cache/plan.ts", 'import { a } from "../rules/rule.ts";', "rules/rule.ts"],
    ["cache/plan.ts", 'import { a } from "../store/store.ts";', "store/store.ts"],
    ["cache/plan.ts", 'import { a } from "isbot";', "isbot"],
    ["rules/rule.ts", 'import type { A } from "../cache/types.ts";', null],
    ["rules/rule.ts", 'import { a } from "../errors.ts";', null],
    ["rules/rule.ts", 'import { a } from "../cache/plan.ts";', "cache/plan.ts"],
    ["rules/rule.ts", 'import { a } from "../cache-rules.ts";', "cache-rules.ts"],
    ["rules/match/match.ts", 'import { a } from "../../cache/types.ts";', null],
    ["rules/match/match.ts", 'import { a } from "../../cache/plan.ts";', "cache/plan.ts"],
    ["rules/match/match.ts", 'import { a } from "../parse/key.ts";', "rules/parse/key.ts"],
    ["rules/lint/lint.ts", 'import { a } from "../match/condition.ts";', null],
    ["rules/lint/lint.ts", 'import { a } from "../validate.ts";', "rules/validate.ts"],
    ["rules/input/rules.ts", 'import type { A } from "../rule.ts";', "rules/rule.ts"],
    ["rules/parse/network.ts", 'import a from "ipaddr.js";', null],
    ["purge/purge.ts", 'import type { A } from "../cache/types.ts";', null],
    ["purge/purge.ts", 'import { a } from "./purge-log.ts";', "purge/purge-log.ts"],
    ["purge/purge-log.ts", 'import { a } from "./purge.ts";', null],
    ["purge/purge-log.ts", 'import { a } from "cloudflare:workers";', null],
    ["purge/purge-log.ts", 'import { a } from "../proxy/serve.ts";', "proxy/serve.ts"],
    ["store/codec.ts", 'import type { A } from "../cache/types.ts";', null],
    ["store/codec.ts", 'import { a } from "../cache/variants.ts";', "cache/variants.ts"],
    ["store/codec.ts", 'import { a } from "../proxy/refresh/body.ts";', "proxy/refresh/body.ts"],
    ["proxy/serve.ts", 'import { a } from "../cache/plan.ts";', null],
    ["proxy/serve.ts", 'import { a } from "../control/auth.ts";', "control/auth.ts"],
    ["control/auth.ts", 'import { Router } from "itty-router";', null],
    ["control/auth.ts", 'import { a } from "../proxy/serve.ts";', "proxy/serve.ts"],
    ["cli/main.ts", 'import { a } from "../cache/reuse.ts";', null],
    ["cli/main.ts", 'import { readFile } from "node:fs/promises";', null],
    ["cli/main.ts", 'import { a } from "../store/memory.ts";', "store/memory.ts"],
    ["cli/main.ts", 'import { a } from "./program.ts";', null],
    ["cli/main.ts", 'import { a } from "../../package.json";', null],
    ["worker.ts", 'import { a } from "./cli/terminal.ts";', "cli/terminal.ts"],
    ["control/stats.ts", 'import { a } from "../cli/terminal.ts";', "cli/terminal.ts"],
    ["config.ts", 'import { a } from "./rules/shape/duration.ts";', null],
    ["config.ts", 'import { a } from "./proxy/serve.ts";', "proxy/serve.ts"],
    ["errors.ts", 'import { a } from "./http/age.ts";', "http/age.ts"],
    ["cache-rules.ts", 'import { a } from "./rules/rule.ts";', null],
    ["cache-rules.ts", 'import { a } from "./config.ts";', "config.ts"],
    ["worker.ts", 'import { a } from "./proxy/serve.ts";', null],
    ["edge-cache.ts", 'import { a } from "./proxy/proxy.ts";', null],
    ["edge-cache.ts", 'import { a } from "./worker.ts";', "worker.ts"],
    ["proxy/proxy.ts", 'import { a } from "../edge-cache.ts";', "edge-cache.ts"],
    ["worker.ts", 'import rules from "./cache-rules.ts";', null],
    ["proxy/serve.ts", 'import { a } from "../worker.ts";', "worker.ts"],
    ["index.ts", 'export { a } from "./worker.ts";', "worker.ts"],
    ["new/thing.ts", 'import { a } from "../http/age.ts";', "http/age.ts"],
    ["http/age.ts", 'export * from "../cache/plan.ts";', "cache/plan.ts"],
    ["http/age.ts", 'import "../cache/plan.ts";', "cache/plan.ts"],
    ["http/age.ts", 'const a = await import("../cache/plan.ts");', "cache/plan.ts"],
    ["http/age.ts", 'import {\n  a,\n  b,\n} from "../cache/plan.ts";', "cache/plan.ts"],
    ["http/age.ts", '// import { a } from "../cache/plan.ts";', null],
    ["http/age.ts", '/* import { a } from "../cache/plan.ts"; */', null],
    ["http/age.ts", 'const a = "//"; import { b } from "../cache/plan.ts";', "cache/plan.ts"],
  ])("%s: %s", (path, text, forbidden) => {
    expect(forbiddenEdges([{ path, text }])).toEqual(forbidden === null ? [] : [`${path} -> ${forbidden}`]);
  });
});

describe("the rule of purity", () => {
  it.each<[path: string, text: string, found: string | null]>([
    ["cache/plan.ts", "const now = Date.now();", "Date.now"],
    ["http/date.ts", "const now = new Date();", "new Date()"],
    ["http/date.ts", "const now = new Date;", "new Date()"],
    ["http/date.ts", "const now = Date();", "Date()"],
    ["http/date.ts", "const day = new Date(ms);", null],
    ["http/date.ts", "const day = Date.UTC(2026, 0);", null],
    ["rules/rule.ts", "Math.random()", "Math.random"],
    ["rules/match/match.ts", "Date.now()", "Date.now"],
    ["cache/plan.ts", "performance.timeOrigin", "performance"],
    ["cache/plan.ts", "setTimeout(a, 1)", "timer"],
    ["cache/key.ts", "crypto.subtle", "crypto"],
    ["cache/plan.ts", "fetch(url)", "fetch"],
    ["cache/plan.ts", 'return { kind: "fetch" };', null],
    ["cache/plan.ts", "caches.default", "caches"],
    ["cache/plan.ts", "const { caches } = policy;", null],
    ["cache/plan.ts", "console.log(1)", "console"],
    ["cache/plan.ts", "env.ORIGIN", "env"],
    ["cache/plan.ts", "const environment = 1;", null],
    ["cache/plan.ts", "async function a() {}", "async"],
    ["cache/plan.ts", "await a;", "await"],
    ["cache/plan.ts", "// await Date.now()\n/* env */", null],
    ["cache/plan.ts", 'const url = "https://a"; console.log(url);', "console"],
    ["purge/purge.ts", "Date.now()", "Date.now"],
    ["purge/purge-client.ts", "Date.now()", null],
    ["proxy/serve.ts", "await fetch(url)", null],
  ])("%s: %s", (path, text, found) => {
    expect(impurities([{ path, text }])).toEqual(found === null ? [] : [`${path}: ${found}`]);
  });
});

describe("the rule of length", () => {
  it.each([
    [250, []],
    [251, ["cache/plan.ts: 251"]],
  ])("%i lines", (lines, expected) => {
    expect(longFiles([{ path: "cache/plan.ts", text: "a\n".repeat(lines) }])).toEqual(expected);
  });
});
