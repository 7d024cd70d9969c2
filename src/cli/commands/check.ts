import { Argument, Command, Option } from "commander";
import { describeMistake, type RuleMistake } from "../../errors.ts";
import { lintRules } from "../../rules/lint/lint.ts";
import { formatWarning, type RuleWarning } from "../../rules/lint/warning.ts";
import { ExitCode } from "../failure.ts";
import type { Context } from "../program.ts";
import { defaultRules, type RulesFile, readRulesFile } from "../rules-file.ts";
import { json, styled } from "../terminal.ts";
import { lineOf } from "./check-lines.ts";

interface Options {
  readonly format: "text" | "github";
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** Something to be said of a rules file. */
interface Finding {
  readonly severity: "error" | "warning";
  readonly code: string;
  /** The rule's name, or null where it concerns the file as a whole. */
  readonly rule: string | null;
  readonly key: string;
  readonly text: string;
  /** Where the rule begins, counted from 1. */
  readonly line: number;
}

/** `check`: exits 1 where something is wrong. */
export function checkCommand(context: Context): Command {
  return new Command("check")
    .description("checks a rules file: what is refused, and what is allowed but unwise")
    .addArgument(new Argument("[rules]", "the rules file, TypeScript or JSON").default(...defaultRules()))
    .addOption(
      new Option("--format <format>", "how findings are printed").choices(["text", "github"]).default("text"),
    )
    .option("--strict", "warnings count as errors")
    .option("--json", "print the findings as JSON")
    .action((path: string, options: Options) => check(path, options, context));
}

async function check(path: string, options: Options, { terminal, end }: Context): Promise<void> {
  const file = await readRulesFile(path);
  const findings = findingsOf(file);
  if (options.json) terminal.print(json({ file: path, findings }));
  else for (const finding of findings) terminal.print(lineFor(finding, path, options));
  const isRefused = findings.some(({ severity }) => severity === "error");
  if (!options.json && options.format === "text") terminal.print(summaryOf(file, findings));
  if (isRefused || (options.strict && findings.length > 0)) end(ExitCode.found);
}

function findingsOf(file: RulesFile): readonly Finding[] {
  if (file.kind === "rules") return lintRules(file.rules).map((warning) => ofWarning(warning, file.text));
  if (file.kind === "broken") return [ofBroken(file)];
  return file.mistakes.map((mistake) => ofMistake(mistake, file.text));
}

function ofMistake(mistake: RuleMistake, source: string): Finding {
  const { where, key } = mistake;
  // As JSON, in which a name is told from what stands around it.
  const name = /^rule (".*") \(index/.exec(where)?.[1];
  const rule: string | null = name === undefined ? null : JSON.parse(name);
  const line = lineOf(source, rule, key);
  return { severity: "error", code: "mistake", rule, key, text: describeMistake(mistake), line };
}

function ofBroken({ complaint, line }: Extract<RulesFile, { kind: "broken" }>): Finding {
  return { severity: "error", code: "broken", rule: null, key: "", text: complaint, line };
}

function ofWarning(warning: RuleWarning, source: string): Finding {
  const { code, rule, key } = warning;
  const line = lineOf(source, rule, key);
  return { severity: "warning", code, rule, key, text: formatWarning(warning), line };
}

function lineFor(finding: Finding, path: string, { format }: Options): string {
  const { severity, code, text, line } = finding;
  if (format === "github") {
    return `::${severity} file=${property(path)},line=${line},title=${property(`selvedge: ${code}`)}::${data(text)}`;
  }
  const mark = severity === "error" ? styled("red", "error") : styled("yellow", "warning");
  return `${path}:${line}  ${mark}  ${text}`;
}

// How GitHub's workflow commands are escaped.
function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

function summaryOf(file: RulesFile, findings: readonly Finding[]): string {
  const count = (severity: string) => findings.filter((finding) => finding.severity === severity).length;
  if (file.kind !== "rules") return styled("red", `refused: ${count("error")} to mend`);
  const { length } = file.rules.rules;
  const rules = length === 1 ? "1 rule is in order" : `${length} rules are in order`;
  const warnings = count("warning") === 1 ? "1 warning" : `${count("warning")} warnings`;
  return count("warning") === 0 ? styled("green", rules) : `${rules}; ${warnings}`;
}
