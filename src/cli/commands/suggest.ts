import { existsSync } from "node:fs";
import { Command, Option } from "commander";
import type { RulesInput } from "../../rules/input/rules.ts";
import { defineRules } from "../../rules/rule.ts";
import { parseAddress } from "../access-options.ts";
import { ExitCode, Failure } from "../failure.ts";
import { isCheckout } from "../init/project-files.ts";
import { FORMATS, type LogFormat, newReadState, readLogs } from "../logs/read.ts";
import { nameOf } from "../logs/source.ts";
import type { Context } from "../program.ts";
import { DEFAULT_ASSUMPTIONS } from "../simulate/assumptions.ts";
import { replay } from "../simulate/replay.ts";
import { percent } from "../simulate/text.ts";
import { type Suggestion, suggestionsOf } from "../suggest/judge.ts";
import { observeFiles } from "../suggest/observe.ts";
import { probe } from "../suggest/probe.ts";
import { suggestedText } from "../suggest/rules-text.ts";
import { json } from "../terminal.ts";
import { refuseUnwritable, writeFiles } from "../write-files.ts";

interface Options {
  readonly origin?: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly format?: LogFormat;
  readonly importFrom: string;
  readonly json?: boolean;
}

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

async function suggest(
  paths: readonly string[],
  options: Options,
  { terminal, end }: Context,
): Promise<void> {
  const { out, force, importFrom } = options;
  if (out !== undefined && existsSync(out) && !force)
    throw new Failure(`${out} is there already; --force overwrites it`);
  if (out !== undefined) await refuseUnwritable(out);
  const origin = options.origin === undefined ? null : parseAddress("--origin", options.origin);
  const state = newReadState();
  const { routes, isLog } = await observeFiles(paths, options.format ?? null, state);
  let suggestions = suggestionsOf(routes);
  if (origin !== null) {
    const { asked, answered, failure } = await probe(origin, suggestions);
    if (answered === 0 && failure !== null) throw new Failure(`${origin.origin} does not answer: ${failure}`);
    terminal.tell(`the origin answered ${answered} of ${asked} requests`);
    suggestions = suggestionsOf(routes);
  }
  if (suggestions.length === 0)
    throw new Failure("nothing that is read was seen, or nothing that stays the same", ExitCode.found);
  const canReplay = isLog && !paths.includes("-");
  const ratios = canReplay
    ? await hitRatios(paths, options.format ?? null, suggestions)
    : new Map<string, string>();
  const text = suggestedText(suggestions, ratios, importFrom);
  if (out !== undefined) {
    await writeFiles([{ path: out, text }]);
    terminal.tell(`wrote ${out}; next: selvedge check ${out}`);
  }
  if (options.json)
    terminal.print(
      json(
        suggestions.map(({ pattern, rule, evidence }) => ({
          pattern,
          rule,
          evidence,
          hitRatio: ratios.get(rule.name) ?? null,
        })),
      ),
    );
  else if (out === undefined) terminal.print(text.trimEnd());
  if (state.firstSkipped !== null)
    terminal.tell(
      `${state.skipped} of ${state.lines} lines were skipped; the first is line ${state.firstSkipped.line} of ${nameOf(state.firstSkipped.file)}: ${state.firstSkipped.text}`,
    );
  end(ExitCode.fine);
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
