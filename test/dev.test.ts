/** `npm run dev`: its arguments, what it shows of wrangler's output, and that it leaves nothing behind. */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { readDevOptions } from "../scripts/dev-options.ts";
import { isPortFree, ROOT } from "../scripts/tools.ts";
import { createOutputReader } from "../scripts/wrangler-output.ts";
import { reservePort } from "./support/flask.ts";
import { copyProject } from "./support/project.ts";

describe("arguments", () => {
  test.each([
    { args: [], options: { help: false, origin: null, port: null } },
    { args: ["--port", "9000"], options: { help: false, origin: null, port: 9000 } },
    {
      args: ["--origin", "http://localhost:5000"],
      options: { help: false, origin: new URL("http://localhost:5000"), port: null },
    },
    { args: ["-h"], options: { help: true, origin: null, port: null } },
  ])("$args", ({ args, options }) => {
    expect(readDevOptions(args)).toEqual(options);
  });

  test.each([
    { args: ["--origin", "localhost:5000"], message: /--origin has to be a URL .* not "localhost:5000"/ },
    { args: ["--origin", "ftp://localhost"], message: /--origin has to be a URL/ },
    { args: ["--port", "0"], message: /--port has to be a number from 1 to 65535/ },
    { args: ["--port", "8787.5"], message: /--port has to be/ },
    { args: ["--port"], message: /--port/ },
    { args: ["--colour"], message: /Unknown option '--colour'/ },
    // What is left of `npm run dev --origin http://localhost:5000`.
    {
      args: ["http://localhost:5000"],
      message: /^found "http:\/\/localhost:5000" and no option; behind "--"/,
    },
  ])("$args is refused", ({ args, message }) => {
    expect(() => readDevOptions(args)).toThrow(message);
  });
});

describe("wrangler's output", () => {
  test.each([
    { line: " ⛅️ wrangler 4.164.0", kind: "noise" },
    { line: "────────────────────", kind: "noise" },
    { line: "⎔ Starting local server...", kind: "noise" },
    { line: "[custom build] Running: npm run --silent build", kind: "noise" },
    { line: "Attaching additional modules:", kind: "noise" },
    { line: "│ jose-NUO4LZ7C.js    │ esm  │ 21.73 KiB  │", kind: "noise" },
    { line: "[custom build] src/cache-rules.ts is refused.", kind: "show" },
    { line: "[wrangler:info] GET /products 200 OK (3ms)", kind: "noise" },
    { line: '🪵  Logs were written to "/tmp/wrangler.log"', kind: "noise" },
    { line: "[wrangler:info] Ready on http://127.0.0.1:8787", kind: "ready" },
    { line: "⎔ Local server updated and ready", kind: "reloaded" },
    { line: "200 HIT         GET /products  rule=product-list age=1s reason=fresh 1ms", kind: "show" },
    { line: "✘ [ERROR] Build failed with 1 error:", kind: "show" },
    { line: "[wrangler:error] Error: Network connection lost.", kind: "show" },
    { line: "a line that nobody has foreseen", kind: "show" },
  ])("$kind: $line", ({ line, kind }) => {
    expect(createOutputReader()(line).kind).toBe(kind);
  });

  test("the table of bindings is dropped, and what follows it is shown", () => {
    const read = createOutputReader();
    const lines = [
      "Your Worker has access to the following bindings:",
      "Binding            Resource               Mode",
      'env.LOG ("json")   Environment Variable   local',
      "",
      "✘ [ERROR] something",
    ];
    expect(lines.map((line) => read(line).kind)).toEqual(["noise", "noise", "noise", "noise", "show"]);
  });
});

/** wrangler has to start and to build, on a machine that may be busy. */
const PATIENCE_MS = 120_000;

interface Dev {
  /** What it has printed so far. */
  output(): string;
  /** Whether something comes to hold within 50 seconds, which a busy machine may need. */
  becomes(holds: () => boolean | Promise<boolean>): Promise<boolean>;
  stop(): void;
}

function startDev([program = "", ...args]: readonly string[], port: number, cwd: string): Dev {
  const dev = spawn(program, [...args, "--port", String(port)], { cwd, stdio: "pipe" });
  let output = "";
  for (const stream of [dev.stdout, dev.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
  return {
    output: () => output,
    becomes: async (holds) => {
      for (let attempt = 0; attempt < 1000 && !(await holds()); attempt++) await sleep(50);
      return holds();
    },
    stop: () => dev.kill("SIGTERM"),
  };
}

test.each([
  { how: "node", command: [process.execPath, `${ROOT}scripts/dev.ts`] },
  { how: "npm", command: ["npm", "run", "dev", "--"] },
])(
  "started by $how it serves the demo API, and leaves nothing behind",
  { timeout: PATIENCE_MS },
  async ({ command }) => {
    const port = await reservePort();
    const dev = startDev(command, port, ROOT);
    try {
      expect(await dev.becomes(() => dev.output().includes("Ctrl-C stops")), dev.output()).toBe(true);
      expect(dev.output().match(/^ {2}curl /gm)).toHaveLength(3);
      expect(dev.output()).not.toMatch(/wrangler|workerd|Request\.cf|build|module/);

      const answer = await fetch(`http://127.0.0.1:${port}/products/1`);
      expect([answer.status, await answer.json()]).toMatchObject([200, { id: 1, name: "Loom" }]);
      const isTold = () => /^200 MISS .*\/products\/1 .*\d+ms$/m.test(dev.output());
      expect(await dev.becomes(isTold), dev.output()).toBe(true);
    } finally {
      dev.stop();
    }
    expect(await dev.becomes(() => isPortFree(port))).toBe(true);
  },
);

test("rules are taken up when they are saved, and those with a mistake leave the ones before in force", {
  timeout: PATIENCE_MS,
}, async () => {
  const project = copyProject();
  project.setRules(ruleNamed("first"));
  const port = await reservePort();
  const dev = startDev([process.execPath, "scripts/dev.ts"], port, project.directory);
  const decides = async (rule: string) => {
    const { headers } = await fetch(`http://127.0.0.1:${port}/products/1`);
    return headers.get("cache-status")?.includes(`rule="${rule}"`) ?? false;
  };
  try {
    expect(await dev.becomes(() => dev.output().includes("Ctrl-C stops")), dev.output()).toBe(true);
    expect(await decides("first")).toBe(true);

    project.setRules(ruleNamed("second"));
    expect(await dev.becomes(() => decides("second")), dev.output()).toBe(true);

    project.setRules('[{ name: "third", match: {}, cache: "no" } as never]');
    const isRefused = () => dev.output().includes("What was there before stays in force.");
    expect(await dev.becomes(isRefused), dev.output()).toBe(true);
    expect(dev.output()).toMatch(/^src\/cache-rules\.ts is refused\. The cache rules have 1 mistake:$/m);
    expect(await decides("second")).toBe(true);

    project.setRules(ruleNamed("fourth"));
    expect(await dev.becomes(() => decides("fourth")), dev.output()).toBe(true);
  } finally {
    dev.stop();
    expect(await dev.becomes(() => isPortFree(port))).toBe(true);
    project.remove();
  }
});

function ruleNamed(name: string): string {
  return `[{ name: "${name}", match: { path: "/products/:id" } }]`;
}
