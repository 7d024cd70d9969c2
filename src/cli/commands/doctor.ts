import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { type AccessOptions, accessOf, urlOf, withAccess } from "../access-options.ts";
import { addressBelow, parseAddress } from "../address.ts";
import { getFrom } from "../control-client.ts";
import { isHit } from "../doctor/caching.ts";
import type { Finding } from "../doctor/finding.ts";
import { findingsOf } from "../doctor/findings.ts";
import { type Visited, visit } from "../doctor/visit.ts";
import { ExitCode, Failure } from "../failure.ts";
import type { Context } from "../program.ts";
import { json, styled } from "../terminal.ts";

interface Options extends AccessOptions {
  readonly origin?: string;
  readonly path: string;
  readonly json?: boolean;
}

/** Once to have it stored, then to find it again: what is stored behind the answer takes a moment. */
const PAUSES_MS = [0, 500, 1500];

/** `doctor`: exits 1 where a problem is found. */
export function doctorCommand(context: Context): Command {
  const command = new Command("doctor")
    .description("sends a deployment a few requests, and says what is wrong with it")
    .option(
      "--origin <url>",
      "the origin's own address, to see what it says and whether it is open to anybody",
    )
    .option("--path <path>", "a path that should be cached", "/")
    .option("--json", "print the findings as JSON");
  return withAccess(command).action((options: Options) => examine(options, context));
}

async function examine(options: Options, { terminal, end }: Context): Promise<void> {
  const { at, origin, path, json: asJson } = options;
  const url = addressAt(urlOf(at), path);
  const originUrl = origin === undefined ? null : addressBelow(url, parseAddress("--origin", origin));
  const visits = await visitUntilHit(url);
  const direct = originUrl && (await visit(originUrl));
  const findings = findingsOf({ at: url, visits, origin: direct, stored: await storedFields(url, options) });
  terminal.print(asJson ? json({ at: url.href, findings }) : findings.map(lineOf).join("\n"));
  if (findings.some(({ severity }) => severity === "problem")) end(ExitCode.found);
}

function addressAt(base: URL, path: string): URL {
  const url = URL.parse(path, base);
  if (url?.origin === base.origin) return url;
  throw new Failure(`--path: found ${JSON.stringify(path)}; allowed: a path, such as /products`);
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

/** What the control API says of the stored response's fields; null without a token, or where nothing is stored. */
async function storedFields(url: URL, options: Options): Promise<Headers | null> {
  if (options.token === undefined) return null;
  const query = new URLSearchParams({ url: url.pathname + url.search });
  const { stored = [] } = (await getFrom(accessOf(options), "/inspect", query)) as Inspected;
  const selected = stored.find((variant) => variant.selected);
  return selected === undefined ? null : new Headers({ ...selected.headers });
}

/** What the control API answers (docs/control.md), as far as it is looked at. */
interface Inspected {
  readonly stored?: readonly {
    readonly selected: boolean;
    readonly headers: Readonly<Record<string, string>>;
  }[];
}

function lineOf({ severity, seen, remedy }: Finding): string {
  const mark = { problem: styled("red", "✗"), notice: styled("yellow", "!"), fine: styled("green", "✓") }[
    severity
  ];
  return `${mark} ${seen}${remedy === null ? "" : `\n  ${styled("dim", remedy)}`}`;
}
