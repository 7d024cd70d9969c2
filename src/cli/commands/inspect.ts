import { Command } from "commander";
import { type AccessOptions, accessOf, withAccess } from "../access-options.ts";
import { getFrom, shown } from "../control-client.ts";
import { type DescribedOptions, describedQuery, withDescribed } from "../described-options.ts";
import type { Context } from "../program.ts";
import { type Branch, json, styled, tree } from "../terminal.ts";

interface Options extends AccessOptions, DescribedOptions {
  readonly json?: boolean;
}

/** What the control API answers (docs/control.md), as far as it is shown. */
interface Inspected {
  readonly rule: string | null;
  readonly plan: { readonly kind: string; readonly text?: string };
  readonly key?: { readonly uri: string; readonly key: string };
  readonly invalidatedAt?: string | null;
  readonly stored?: readonly Variant[];
}

interface Variant {
  readonly fields: Readonly<Record<string, string | null>>;
  readonly selected: boolean;
  readonly memory: Copy | null;
  readonly dataCentre: Copy | null;
}

interface Copy {
  readonly status: number;
  readonly tags: readonly string[];
  readonly requestedAt: string;
  readonly bytes: number | null;
  readonly freshness: {
    readonly lifetimeSeconds: number;
    readonly from: string;
    readonly ageSeconds: number;
    readonly secondsLeft: number;
  };
  readonly purge: { readonly scope: string; readonly value: string; readonly soft: boolean } | null;
  readonly decision: { readonly kind: string; readonly reason?: string };
}

/** `inspect`. */
export function inspectCommand({ terminal }: Context): Command {
  const command = new Command("inspect")
    .description("shows what a deployed Worker has stored for an address, by variant and tier")
    .option("--json", "print the answer as JSON");
  return withAccess(withDescribed(command)).action(async (url: string, options: Options) => {
    const query = describedQuery(url, options);
    const access = accessOf(options);
    const inspected = await getFrom(access, "/inspect", query);
    const show = (answer: Inspected) => tree(branchOf(url, answer));
    terminal.print(options.json ? json(inspected) : shown(access, inspected, show));
  });
}

function branchOf(url: string, { rule, plan, key, invalidatedAt, stored = [] }: Inspected): Branch {
  const planned = { text: `plan: ${plan.kind}${plan.text === undefined ? "" : `, ${plan.text}`}` };
  const nothing = key !== undefined && stored.length === 0 ? [{ text: "nothing is stored" }] : [];
  return {
    text: styled("bold", url),
    below: [
      { text: `rule: ${rule ?? "none"}` },
      planned,
      ...(key === undefined ? [] : [{ text: `key: ${key.key.replace("\n", " ")}` }]),
      ...(invalidatedAt ? [{ text: `invalid, if requested by ${invalidatedAt}, by a write` }] : []),
      ...nothing,
      ...stored.map(branchOfVariant),
    ],
  };
}

function branchOfVariant({ fields, selected, memory, dataCentre }: Variant): Branch {
  const named = Object.entries(fields).map(([name, value]) => `${name}: ${value ?? "(absent)"}`);
  const mark = selected ? styled("green", " (what this request selects)") : "";
  return {
    text: `${named.length === 0 ? "variant for all" : `variant ${named.join(", ")}`}${mark}`,
    below: [branchOfCopy("memory", memory), branchOfCopy("data centre", dataCentre)],
  };
}

function branchOfCopy(tier: string, copy: Copy | null): Branch {
  if (copy === null) return { text: `${tier}: nothing` };
  const { status, bytes, freshness, tags, requestedAt, purge, decision } = copy;
  const { lifetimeSeconds, from, ageSeconds, secondsLeft } = freshness;
  const left =
    secondsLeft > 0
      ? styled("green", `fresh for ${secondsLeft} s`)
      : styled("yellow", `stale for ${-secondsLeft} s`);
  return {
    text: `${tier}: ${status}, ${bytes ?? "?"} bytes, requested ${requestedAt}`,
    below: [
      { text: `${left}: lifetime ${lifetimeSeconds} s (${from}), age ${ageSeconds} s` },
      ...(tags.length === 0 ? [] : [{ text: `tags: ${tags.join(", ")}` }]),
      ...(purge === null
        ? []
        : [{ text: `${purge.soft ? "made stale" : "purged"} by ${purge.scope} ${purge.value}` }]),
      {
        text: `a request now: ${decision.kind}${decision.reason === undefined ? "" : `, ${decision.reason}`}`,
      },
    ],
  };
}
