import { Command, Option } from "commander";
import { readDescribed } from "../../control/described.ts";
import { type AccessOptions, accessOf, withAccess } from "../access-options.ts";
import { getFrom, shown } from "../control-client.ts";
import { type DescribedOptions, describedQuery, withDescribed } from "../described-options.ts";
import { type Case, type Explanation, explainOffline } from "../explain/offline.ts";
import { branchOfAnswer, type RemoteExplanation } from "../explain/remote.ts";
import { said, treeOf } from "../explain/tree-of.ts";
import { Failure } from "../failure.ts";
import { type Field, parseHeader, wholeNumber } from "../parse.ts";
import type { Context } from "../program.ts";
import { defaultRules, loadRulesFile } from "../rules-file.ts";
import { json, tree } from "../terminal.ts";

interface Options extends AccessOptions, DescribedOptions {
  readonly rules: string;
  readonly responseHeader?: readonly Field[];
  readonly status: number;
  readonly age?: number;
  readonly json?: boolean;
}

const LONGEST_SECONDS = 2 ** 31;

/** `explain`. */
export function explainCommand({ terminal }: Context): Command {
  const command = new Command("explain")
    .description("says what is done with a request, and why: by the rules here, or as deployed (--at)")
    .addOption(new Option("--rules <file>", "the rules file").default(...defaultRules()))
    .option("--response-header <field>", "a field of the origin's answer; may be repeated", parseHeader)
    .option("--status <status>", "the status of the origin's answer", wholeNumber(200, 599), 200)
    .option("--age <seconds>", "for how long that answer has been stored", wholeNumber(0, LONGEST_SECONDS))
    .option("--json", "print the explanation as JSON");
  return withAccess(withDescribed(command)).action(async (url: string, options: Options) => {
    // Not what the environment says: who has SELVEDGE_URL set still asks about the rules here.
    const isDeployed = command.getOptionValueSource("at") === "cli";
    if (isDeployed) refuseTold(command);
    terminal.print(await (isDeployed ? askDeployed(url, options) : explainHere(url, options)));
  });
}

/** What a deployed Worker knows better than whoever asks it. */
const FOR_RULES_HERE = {
  rules: "--rules",
  responseHeader: "--response-header",
  status: "--status",
  age: "--age",
};

function refuseTold(command: Command): void {
  const told = Object.entries(FOR_RULES_HERE).find(([key]) => command.getOptionValueSource(key) === "cli");
  if (told === undefined) return;
  throw new Failure(
    `${told[1]} is for the rules here; with --at, the deployed rules and what is stored decide`,
  );
}

async function askDeployed(url: string, options: Options): Promise<string> {
  const query = describedQuery(url, options);
  const access = accessOf(options);
  const answer = await getFrom(access, "/explain", query);
  const show = (explanation: RemoteExplanation) => tree(branchOfAnswer(explanation));
  return options.json ? json(answer) : shown(access, answer, show);
}

async function explainHere(url: string, options: Options): Promise<string> {
  const rules = await loadRulesFile(options.rules);
  const explanation = explainOffline(rules, caseOf(url, options), Date.now());
  return options.json ? json(jsonOf(explanation)) : tree(treeOf(explanation));
}

/** A path is one of a host that stands for any. */
const SOME_HOST = "https://api.example.com";

function caseOf(url: string, { method, header = [], responseHeader, status, age }: Options): Case {
  const described = readDescribed(describedQuery(url, { method, header }), SOME_HOST);
  if (described.kind === "malformed") throw new Failure(described.complaint);
  // Whoever names an age or a status speaks of an answer, be it without fields.
  const isTold = responseHeader !== undefined || age !== undefined || status !== 200;
  const headers = new Headers((responseHeader ?? []).map(([name, value]): [string, string] => [name, value]));
  return {
    request: described.head,
    response: isTold ? { status, headers } : null,
    storedForSeconds: age ?? null,
  };
}

function jsonOf(explanation: Explanation): object {
  const { request, policy, rulesBefore, plan, reuse, storage, lifetimes } = explanation;
  return {
    request: { method: request.method, url: request.url.href },
    rule: policy.rule,
    rulesBefore,
    plan: { kind: plan.kind, said: said(plan.kind, plan.kind === "lookup" ? null : plan.reason) },
    ...(plan.kind === "lookup" && { key: plan.key }),
    reuse: reuse && { kind: reuse.kind, reason: reuse.reason, said: said(reuse.kind, reuse.reason) },
    storage: storage && {
      ...{ kind: storage.kind, reason: storage.reason },
      said: said(storage.kind, storage.reason),
    },
    lifetimes,
  };
}
