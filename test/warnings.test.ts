/** What `npm run deploy` and `npm run dev` tell before they go on, and what stops them. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deploymentOf, readDeployment } from "../scripts/warnings.ts";
import { copyProject, type ProjectCopy } from "./support/project.ts";

describe("the deployment that wrangler.toml describes", () => {
  const nothing = { ratelimits: [] };
  test.each([
    { config: nothing, expected: { workersDev: true, routes: 0 } },
    { config: { ...nothing, route: "a.test/*" }, expected: { workersDev: false, routes: 1 } },
    {
      config: { ...nothing, routes: ["a.test/*", { pattern: "b.test" }] },
      expected: { workersDev: false, routes: 2 },
    },
    {
      config: { ...nothing, workers_dev: true, routes: ["a.test/*"] },
      expected: { workersDev: true, routes: 1 },
    },
    { config: { ...nothing, workers_dev: false }, expected: { workersDev: false, routes: 0 } },
    {
      config: {
        ratelimits: [{ name: "A", simple: { limit: 5, period: 10 } }],
        services: [{ binding: "B" }],
        mtls_certificates: [{ binding: "C" }],
      },
      expected: {
        rateLimits: [{ name: "A", limit: 5, periodSeconds: 10 }],
        services: ["B"],
        certificates: ["C"],
      },
    },
  ])("%j", ({ config, expected }) => {
    expect(deploymentOf(config)).toMatchObject(expected);
  });

  test.each([undefined, "staging"])("is read for %s", (environment) => {
    expect(readDeployment(environment)).toEqual({
      workersDev: true,
      routes: 0,
      rateLimits: [],
      services: [],
      certificates: [],
    });
  });
});

describe("a rules file", () => {
  let project: ProjectCopy;
  beforeAll(() => {
    project = copyProject();
  });
  afterAll(() => project.remove());

  function run(script: string, rules: string, args: readonly string[]) {
    project.setRules(rules);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(project.directory, "scripts", script), ...args],
      {
        cwd: project.directory,
        encoding: "utf8",
        // What is told comes first; nothing after it is waited for.
        timeout: 60_000,
      },
    );
    return { status, stdout, stderr };
  }

  test.each(["deploy.ts", "dev.ts"])("with a mistake stops %s before wrangler is run", (script) => {
    const { status, stdout, stderr } = run(
      script,
      '[{ name: "a", match: { path: "/a" }, cache: "no" } as never]',
      [],
    );
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(
      /^src\/cache-rules\.ts is refused\. The cache rules have 1 mistake:\n.*rule "a" \(index 0\), cache: found "no"/,
    );
  });

  test("with something that is probably not meant is told of, and deployed", () => {
    const rules = '[{ name: "a", match: { path: "/a/*" } }, { name: "b", match: { path: "/a/b" } }]';
    const { status, stdout, stderr } = run("deploy.ts", rules, ["--dry-run", "--env", "staging"]);
    const lines = stderr.split("\n").filter((line) => line.startsWith("warning: "));
    expect(lines).toEqual([
      expect.stringMatching(/^warning: rules: nothing will stay stored: /),
      'warning: rule "b" (index 1), match: no request reaches this rule: all that it matches is matched before it by rule "a" (index 0)',
    ]);
    expect({ status, stdout }, stderr).toEqual({ status: 0, stdout: expect.stringContaining("--dry-run") });
  });

  test("with something that is probably not meant is told of before anything is started", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    const rules = '[{ name: "a", match: { path: "/me" }, edgeTtl: "1m", staleIfError: 0 }]';
    const { status, stderr } = run("dev.ts", rules, ["--port", String(port)]);
    taken.close();
    expect({ status, lines: stderr.trim().split("\n") }).toEqual({
      status: 1,
      lines: [
        expect.stringMatching(/^warning: rule "a" \(index 0\), edgeTtl: "\/me" looks personal/),
        `Port ${port} is in use.`,
      ],
    });
  });
});
