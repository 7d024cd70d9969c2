import { existsSync } from "node:fs";
import { Command, Option } from "commander";
import type { RulesInput } from "../../rules/input/rules.ts";
import { defineRules } from "../../rules/rule.ts";
import { parseAddress } from "../address.ts";
import { ExitCode, Failure } from "../failure.ts";
import { isCheckout } from "../init/project-files.ts";
import { FORMATS, type LogFormat, newReadState, readLogs, skippedText } from "../logs/read.ts";
import type { Context } from "../program.ts";
import { DEFAULT_ASSUMPTIONS } from "../simulate/assumptions.ts";
import { replay } from "../simulate/replay.ts";
import { type Suggestion, suggestionsOf } from "../suggest/judge.ts";
import { observeFiles } from "../suggest/observe.ts";
import { probe } from "../suggest/probe.ts";
import { suggestedText } from "../suggest/rules-text.ts";
import { json, percent, type Terminal } from "../terminal.ts";
import { refuseUnwritable, writeFiles } from "../write-files.ts";

interface Options {
  readonly origin?: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly format?: LogFormat;
  readonly importFrom: string;
  readonly json?: boolean;
}

/** `suggest`. */
export function suggestCommand(context: Context): Command {
  return new Command("suggest")
    .description("finds the routes that can be cached, and writes rules for them")
    .argument("<file...>", "logs, a HAR, an OpenAPI document (JSON), or a list of addresses")
    .option("--origin <url>", "ask this origin, politely, for what is not to be seen in the files")
    .option("--out <file>", "where to write the rules; else they are printed")
    .option("--force", "overwrite what is there")
    .addOption(
      new Option("--format <format>", "of the logs, where it is not to be found out").choices(FORMATS),
    )
    .addOption(
      new Option("--import-from <module>", "the module that has defineRules").default(
        isCheckout(process.cwd()) ? "./rules/rule.ts" : "selvedge",
        'in a checkout "./rules/rule.ts", else "selvedge"',
      ),
    )
    .option("--json", "print the suggestions as JSON")
    .action((paths: string[], options: Options) => suggest(paths, options, context));
}

async function suggest(paths: readonly string[], options: Options, { terminal }: Context): Promise<void> {
  await refuseOut(options);
  const origin = options.origin === undefined ? null : parseAddress("--origin", options.origin);
  const format = options.format ?? null;
  const state = newReadState();
  const { routes, isLog } = await observeFiles(paths, format, state);
  if (origin !== null) terminal.tell(await askOrigin(origin, suggestionsOf(routes)));
  const suggestions = suggestionsOf(routes);
  if (suggestions.length === 0)
    throw new Failure("nothing that is read was seen, or nothing that stays the same", ExitCode.found);
  // Standard input cannot be read twice.
  const canReplay = isLog && !paths.includes("-");
  const ratios = canReplay ? await hitRatios(paths, format, suggestions) : NO_RATIOS;
  await give(suggestions, ratios, options, terminal);
  const skipped = skippedText(state);
  if (skipped !== null) terminal.tell(skipped);
}

const NO_RATIOS: ReadonlyMap<string, string> = new Map();

async function refuseOut({ out, force }: Options): Promise<void> {
  if (out === undefined) return;
  if (existsSync(out) && !force) throw new Failure(`${out} is there already; --force overwrites it`);
  await refuseUnwritable(out);
}

/** Adds what the origin answers to what is known of the routes, and says how often it did. */
async function askOrigin(origin: URL, suggestions: readonly Suggestion[]): Promise<string> {
  const { asked, answered, failure } = await probe(origin, suggestions);
  if (answered === 0 && failure !== null) throw new Failure(`${origin.origin} does not answer: ${failure}`);
  return `the origin answered ${answered} of ${asked} requests`;
}

/** Writes the rules where --out says, and prints what is to be printed. */
async function give(
  suggestions: readonly Suggestion[],
  ratios: ReadonlyMap<string, string>,
  { out, importFrom, json: asJson }: Options,
  terminal: Terminal,
): Promise<void> {
  const text = suggestedText(suggestions, ratios, importFrom);
  if (out !== undefined) {
    await writeFiles([{ path: out, text }]);
    terminal.tell(`wrote ${out}; next: selvedge check ${out}`);
  }
  if (asJson) terminal.print(json(suggestions.map((each) => plain(each, ratios))));
  else if (out === undefined) terminal.print(text.trimEnd());
}

function plain({ pattern, rule, evidence }: Suggestion, ratios: ReadonlyMap<string, string>): object {
  return { pattern, rule, evidence, hitRatio: ratios.get(rule.name) ?? null };
}

/** What each rule would have had on the same requests, by its name. */
async function hitRatios(
  paths: readonly string[],
  format: LogFormat | null,
  suggestions: readonly Suggestion[],
): Promise<ReadonlyMap<string, string>> {
  const input: RulesInput = { rules: suggestions.map(({ rule }) => rule) };
  const logs = readLogs(paths, format, newReadState());
  const { report } = await replay(logs, defineRules(input), null, DEFAULT_ASSUMPTIONS);
  const cached = new Set(suggestions.filter(({ rule }) => rule.cache !== false).map(({ rule }) => rule.name));
  return new Map(
    report.rules.flatMap(({ rule, hitRatio }) =>
      rule !== null && cached.has(rule) ? [[rule, percent(hitRatio)] as const] : [],
    ),
  );
}
