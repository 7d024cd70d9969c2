import { setTimeout as sleep } from "node:timers/promises";
import { Command, Option } from "commander";
import { parseAddress, urlOf } from "../access-options.ts";
import { type Finding, findingsOf, isHit } from "../doctor/findings.ts";
import { type Visited, visit } from "../doctor/visit.ts";
import { ExitCode } from "../failure.ts";
import type { Context } from "../program.ts";
import { json, styled } from "../terminal.ts";

interface Options {
  readonly at?: string;
  readonly origin?: string;
  readonly path: string;
  readonly json?: boolean;
}

/** Once to have it stored, then to find it again: what is stored behind the answer takes a moment. */
const PAUSES_MS = [0, 500, 1500];

export function doctorCommand(context: Context): Command {
  return new Command("doctor")
    .description("sends a deployment a few requests, and says what is wrong with it")
    .addOption(new Option("--at <url>", "where the Worker answers").env("SELVEDGE_URL"))
    .option(
      "--origin <url>",
      "the origin's own address, to see what it says and whether it is open to anybody",
    )
    .option("--path <path>", "a path that should be cached", "/")
    .option("--json", "print the findings as JSON")
    .action((options: Options) => examine(options, context));
}

async function examine(
  { at, origin, path, json: asJson }: Options,
  { terminal, end }: Context,
): Promise<void> {
  const url = new URL(path, urlOf(at));
  const originUrl = origin === undefined ? null : new URL(path, parseAddress("--origin", origin));
  const visits = await visitUntilHit(url);
  const direct = originUrl && (await visit(originUrl));
  const findings = findingsOf({ at: url, visits, origin: direct });
  terminal.print(asJson ? json({ at: url.href, findings }) : findings.map(lineOf).join("\n"));
  if (findings.some(({ severity }) => severity === "problem")) end(ExitCode.found);
}

async function visitUntilHit(url: URL): Promise<readonly Visited[]> {
  const visits: Visited[] = [];
  for (const pauseMs of PAUSES_MS) {
    await sleep(pauseMs);
    const visited = await visit(url);
    visits.push(visited);
    if ("failure" in visited || isHit(visited)) break;
  }
  return visits;
}

function lineOf({ severity, seen, remedy }: Finding): string {
  const mark = { problem: styled("red", "✗"), notice: styled("yellow", "!"), fine: styled("green", "✓") }[
    severity
  ];
  return `${mark} ${seen}${remedy === null ? "" : `\n  ${styled("dim", remedy)}`}`;
}
