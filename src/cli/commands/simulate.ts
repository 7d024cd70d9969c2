import { Command, Option } from "commander";
import { ExitCode, Failure } from "../failure.ts";
import {
  FORMATS,
  type LogFormat,
  newReadState,
  type ReadState,
  readLogs,
  skippedText,
} from "../logs/read.ts";
import type { LoggedRequest } from "../logs/record.ts";
import { type Field, parseHeader, parseHost, positiveNumber, wholeNumber } from "../parse.ts";
import type { Context } from "../program.ts";
import { startProgress } from "../progress.ts";
import { defaultRules, loadRulesFile } from "../rules-file.ts";
import { type Assumptions, DEFAULT_ASSUMPTIONS, sentencesOf } from "../simulate/assumptions.ts";
import { type Replayed, replay } from "../simulate/replay.ts";
import { differenceOf, textOf } from "../simulate/text.ts";
import { json, styled } from "../terminal.ts";
import { refuseUnwritable, writeFiles } from "../write-files.ts";

interface Options {
  readonly rules: string;
  readonly against?: string;
  readonly format?: LogFormat;
  readonly dataCentres: number;
  readonly storeMegabytes: number;
  readonly originSeconds: number;
  readonly changeSeconds: number;
  readonly windowSeconds: number;
  readonly responseHeader?: readonly Field[];
  readonly host: string;
  readonly html?: string;
  readonly json?: boolean;
}

const MOST_SECONDS = 2 ** 31;
const MOST_WINDOW_SECONDS = 3600;

/** `simulate`. */
export function simulateCommand(context: Context): Command {
  return new Command("simulate")
    .description(
      "replays logged requests through the rules: what they would have hit, and what it would have saved",
    )
    .argument("<log...>", 'log files, plain or .gz; "-" is standard input')
    .addOption(new Option("--rules <file>", "the rules file").default(...defaultRules()))
    .option("--against <file>", "other rules, to compare them with")
    .addOption(
      new Option("--format <format>", "of the logs, where it is not to be found out").choices(FORMATS),
    )
    .option(
      "--response-header <field>",
      "a field of the origin's answers that the log does not have; may be repeated",
      parseHeader,
    )
    .option(
      "--data-centres <number>",
      "among which clients are divided",
      wholeNumber(1, 1000),
      DEFAULT_ASSUMPTIONS.dataCentres,
    )
    .option(
      "--store-megabytes <number>",
      "what a data centre holds",
      wholeNumber(1, 1_000_000),
      DEFAULT_ASSUMPTIONS.storeBytes / 1024 ** 2,
    )
    .option(
      "--origin-seconds <number>",
      "what the origin takes, where the log does not say",
      positiveNumber(3600),
      DEFAULT_ASSUMPTIONS.originSeconds,
    )
    .option(
      "--change-seconds <number>",
      "after which every resource is another; 0: never",
      wholeNumber(0, MOST_SECONDS),
      0,
    )
    .option(
      "--window-seconds <number>",
      "how late a line may come and is still put in order; 0: not at all",
      wholeNumber(0, MOST_WINDOW_SECONDS),
      DEFAULT_ASSUMPTIONS.windowSeconds,
    )
    .option("--host <host>", "of addresses that are logged without one", parseHost, DEFAULT_ASSUMPTIONS.host)
    .option("--html <file>", "write a report with charts")
    .option("--json", "print the report as JSON")
    .action((paths: string[], options: Options) => simulate(paths, options, context));
}

async function simulate(paths: readonly string[], options: Options, { terminal }: Context): Promise<void> {
  if (options.html !== undefined) await refuseUnwritable(options.html);
  const rules = await loadRulesFile(options.rules);
  const against = options.against === undefined ? null : await loadRulesFile(options.against);
  const state = newReadState();
  const assumed = assumptionsOf(options);
  const replayed = await replay(
    watched(readLogs(paths, options.format ?? null, state), state),
    rules,
    against,
    assumed,
  );
  if (replayed.report.total.requests === 0)
    throw new Failure("no request of the log is for an http address", ExitCode.found);
  if (options.html !== undefined) {
    const { htmlOf } = await import("../simulate/html.ts");
    await writeFiles([{ path: options.html, text: htmlOf(replayed, sentencesOf(assumed)) }]);
    terminal.tell(`wrote ${options.html}`);
  }
  terminal.print(
    options.json ? json({ ...replayed, assumptions: assumed, read: state }) : pageOf(replayed, assumed),
  );
  for (const line of remarksOn(state, replayed)) terminal.tell(styled("yellow", line));
}

function assumptionsOf(options: Options): Assumptions {
  const { host, dataCentres, storeMegabytes, originSeconds, changeSeconds, windowSeconds } = options;
  const storeBytes = storeMegabytes * 1024 ** 2;
  return {
    ...DEFAULT_ASSUMPTIONS,
    ...{ host, dataCentres, storeBytes, originSeconds, changeSeconds, windowSeconds },
    responseFields: options.responseHeader ?? [],
  };
}

/** Shows how far reading is. */
async function* watched(
  batches: AsyncIterable<readonly LoggedRequest[]>,
  state: ReadState,
): AsyncGenerator<readonly LoggedRequest[]> {
  const progress = startProgress("MB", 0);
  let told = 0;
  try {
    for await (const batch of batches) {
      yield batch;
      if (state.bytes !== null) progress.expect(megabytes(state.bytes));
      progress.advance(megabytes(state.bytesRead) - told);
      told = megabytes(state.bytesRead);
    }
  } finally {
    progress.stop();
  }
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}

function pageOf({ report, against, comparison }: Replayed, assumed: Assumptions): string {
  return [
    textOf(report),
    ...(against !== null && comparison !== null ? [differenceOf(report, against, comparison)] : []),
    `It is taken to be so:\n${sentencesOf(assumed)
      .map((sentence) => `- ${sentence}`)
      .join("\n")}`,
  ].join("\n\n");
}

/** What was not replayed, or not as it was. */
function remarksOn(state: ReadState, { unreplayable, outOfOrder }: Replayed): readonly string[] {
  const skipped = skippedText(state);
  return [
    ...(skipped === null ? [] : [skipped]),
    ...(unreplayable === 0 ? [] : [`${unreplayable} requests are for no http address`]),
    ...(outOfOrder === 0
      ? []
      : [
          `${outOfOrder} lines come too late to be put in order (--window-seconds), and were replayed at the instant of those before them`,
        ]),
  ];
}
