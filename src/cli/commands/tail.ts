import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Command } from "commander";
import { Failure } from "../failure.ts";
import type { Context } from "../program.ts";
import { styled, type Terminal } from "../terminal.ts";

interface Options {
  readonly env?: string;
  readonly outcome?: string;
  readonly rule?: string;
  readonly json?: boolean;
}

/** A line of the Worker's log (LOG = "json"), as far as it is shown. */
interface LogLine {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly outcome: string;
  readonly reason: string;
  readonly rule: string | null;
  readonly ageSeconds: number | null;
  readonly durationMs: number;
}

/** `tail`: runs until it is ended, or wrangler ends. */
export function tailCommand(context: Context): Command {
  return new Command("tail")
    .description("shows requests to the deployed Worker as they come, by `wrangler tail`")
    .argument("[worker]", "its name, where wrangler.toml does not say it")
    .option("--env <name>", "an environment of wrangler.toml")
    .option("--outcome <outcome>", "only answers of this kind, such as MISS")
    .option("--rule <name>", "only what this rule decides")
    .option("--json", "print the lines of the log as they are")
    .action((worker: string | undefined, options: Options) => follow(worker, options, context));
}

async function follow(worker: string | undefined, options: Options, { terminal }: Context): Promise<void> {
  const env = options.env === undefined ? [] : ["--env", options.env];
  const args = ["wrangler", "tail", ...(worker === undefined ? [] : [worker]), "--format", "json", ...env];
  const child = spawn("npx", ["--no-install", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" },
  });
  await once(child, "spawn").catch(() => {
    throw new Failure("npx is not there: it comes with Node");
  });
  endWith(child);
  const exit = new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? 1)));
  for await (const event of eventsOf(createInterface({ input: child.stdout })))
    show(event, options, terminal);
  const code = await exit;
  if (code !== 0)
    throw new Failure(
      "wrangler tail has ended; it says why above (npm install --save-dev wrangler, where it is not there)",
    );
}

/** Has wrangler end when this does: it would go on for nobody, with its connection open. */
function endWith(child: ChildProcess): void {
  process.once("exit", () => child.kill());
  process.once("SIGINT", () => process.exit(130));
  process.once("SIGTERM", () => process.exit(143));
}

/** What wrangler prints: objects, each over several lines, of which the last is "}" alone. */
async function* eventsOf(lines: AsyncIterable<string>): AsyncGenerator<unknown> {
  let held: string[] = [];
  for await (const line of lines) {
    if (held.length === 0 && !line.startsWith("{")) continue;
    held.push(line);
    if (!/^\}\s*$/.test(line) && !(held.length === 1 && /\}\s*$/.test(line))) continue;
    const event = parsed(held.join("\n"));
    held = [];
    if (event !== null) yield event;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function show(event: unknown, { outcome, rule, json }: Options, terminal: Terminal): void {
  for (const text of messagesOf(event)) {
    const line = logLineOf(text);
    if (line === null) {
      const shownText = json ? JSON.stringify({ message: text }) : text;
      if (outcome === undefined && rule === undefined) terminal.print(shownText);
      continue;
    }
    if (outcome !== undefined && line.outcome !== outcome.toUpperCase()) continue;
    if (rule !== undefined && line.rule !== rule) continue;
    terminal.print(json ? text : textOf(line));
  }
}

/** What the Worker printed for one request. */
function messagesOf(event: unknown): readonly string[] {
  const { logs = [] } = event as { readonly logs?: readonly { readonly message?: readonly unknown[] }[] };
  return logs.flatMap(({ message = [] }) => message.filter((part) => typeof part === "string"));
}

function logLineOf(text: string): LogLine | null {
  const value = parsed(text);
  return typeof value === "object" && value !== null && "outcome" in value ? (value as LogLine) : null;
}

function textOf({ status, outcome, method, url, rule, ageSeconds, reason, durationMs }: LogLine): string {
  const colour = outcome === "HIT" ? "green" : outcome === "ERROR" ? "red" : "yellow";
  const age = ageSeconds === null ? "" : ` age=${ageSeconds}s`;
  const facts = `rule=${rule ?? "none"}${age} reason=${reason} ${durationMs}ms`;
  return `${status} ${styled(colour, outcome.padEnd(11))} ${method} ${url}  ${styled("dim", facts)}`;
}
