import { Command } from "commander";
import { type AccessOptions, accessOf, withAccess } from "../access-options.ts";
import { postTo, shown } from "../control-client.ts";
import { Failure } from "../failure.ts";
import type { Context } from "../program.ts";
import { json, styled } from "../terminal.ts";

interface Options extends AccessOptions {
  readonly tag?: string[];
  readonly url?: string[];
  readonly path?: string[];
  readonly urlPrefix?: string[];
  readonly rule?: string[];
  readonly formerRule?: string[];
  readonly host?: string[];
  readonly everything?: boolean;
  readonly soft?: boolean;
  readonly json?: boolean;
}

/** What the control API answers (docs/control.md). */
interface Purged {
  readonly purges: readonly { readonly scope: string; readonly value: string; readonly soft: boolean }[];
  readonly reach: string;
  readonly withinSeconds?: number;
  readonly cloudflare?: { readonly kind: string; readonly detail?: string };
}

/** `purge`. */
export function purgeCommand({ terminal }: Context): Command {
  const command = new Command("purge")
    .description("purges what a deployed Worker has stored, in all data centres")
    .option("--tag <tag...>", "what is tagged so")
    .option("--url <url...>", "addresses, each with its query")
    .option("--path <path...>", "paths, whatever their query")
    .option("--url-prefix <prefix...>", "how addresses begin")
    .option("--rule <name...>", "what a rule has stored")
    .option("--former-rule <name...>", "what a rule has stored that is gone or renamed")
    .option("--host <host...>", "hosts")
    .option("--everything", "everything")
    .option("--soft", "make it stale, in place of gone: served while it is refreshed")
    .option("--json", "print the answer as JSON");
  return withAccess(command).action(async (options: Options) => {
    const access = accessOf(options);
    const purged = await postTo(access, "/purge", bodyOf(options));
    terminal.print(options.json ? json(purged) : shown<Purged>(access, purged, textOf));
  });
}

function bodyOf({ everything, soft, ...named }: Options): object {
  const { tag, url, path, urlPrefix, rule, formerRule, host } = named;
  const lists = {
    ...{ tags: tag, urls: url, paths: path, prefixes: urlPrefix },
    ...{ rules: rule, formerRules: formerRule, hosts: host },
  };
  const given = Object.entries(lists).filter(([, values]) => values !== undefined);
  if (given.length === 0 && !everything) {
    throw new Failure(
      "nothing to purge; allowed: --tag, --url, --path, --url-prefix, --rule, --former-rule, --host, --everything",
    );
  }
  return { ...Object.fromEntries(given), ...(everything && { everything }), ...(soft && { soft }) };
}

function textOf({ purges, reach, withinSeconds, cloudflare }: Purged): string {
  const lines = purges.map(
    ({ scope, value, soft }) => `${soft ? "made stale" : "purged"}  ${scope} ${value}`,
  );
  const where =
    reach === "everywhere"
      ? styled("green", `in force everywhere within ${withinSeconds} s`)
      : styled("yellow", "in force in the data centre that was asked; no purge log is bound");
  const outside =
    cloudflare === undefined ? [] : [`Cloudflare's own cache: ${cloudflare.kind} ${cloudflare.detail ?? ""}`];
  return [...lines, where, ...outside.map((line) => line.trimEnd())].join("\n");
}
