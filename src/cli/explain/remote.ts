import type { RuleBefore } from "../../rules/match/rules-before.ts";
import { type Branch, styled } from "../terminal.ts";
import { freshnessBranch, ruleBranch } from "./words.ts";

interface Decision {
  readonly kind: string;
  readonly reason?: string;
  readonly section?: string;
  readonly text?: string;
}

/** What the control API's explain route answers (docs/control.md), as far as it is shown. */
export interface RemoteExplanation {
  readonly request: { readonly method: string; readonly url: string };
  readonly rule: string | null;
  readonly rulesBefore: readonly RuleBefore[];
  readonly plan: Decision;
  readonly key?: { readonly key: string };
  readonly canonical?: { readonly fields: Readonly<Record<string, string | null>> };
  readonly stored?: {
    readonly status: number;
    readonly requestedAt: string;
    readonly freshness: {
      readonly lifetimeSeconds: number;
      readonly from: string;
      readonly ageSeconds: number;
    };
  } | null;
  readonly purge?: { readonly scope: string; readonly value: string } | null;
  readonly decision?: Decision;
}

/** The same tree as for the rules here (tree-of.ts), of what a deployed Worker says. */
export function branchOfAnswer(answer: RemoteExplanation): Branch {
  const { request, rule, rulesBefore, plan, key, canonical, stored, purge, decision } = answer;
  const fields = Object.entries(canonical?.fields ?? {}).map(([name, value]) => ({
    text: `the origin is sent ${name}: ${value ?? "nothing"}`,
  }));
  const keyed = key === undefined ? [] : [{ text: `key: ${key.key.replace("\n", " ")}` }];
  return {
    text: `${request.method} ${request.url}`,
    below: [
      ruleBranch(rule, rulesBefore),
      { text: `${styled("bold", "request")}: ${wordsOf(plan)}`, below: [...keyed, ...fields] },
      ...(stored === undefined ? [] : [storedBranch(stored)]),
      ...(purge ? [{ text: `purged by ${purge.scope} ${purge.value}` }] : []),
      ...(decision === undefined ? [] : [{ text: `${styled("bold", "reuse")}: ${wordsOf(decision)}` }]),
    ],
  };
}

function wordsOf({ kind, reason, section, text }: Decision): string {
  return reason === undefined ? kind : `${kind}, ${text} (${reason}; ${section})`;
}

function storedBranch(stored: NonNullable<RemoteExplanation["stored"]> | null): Branch {
  if (stored === null) return { text: "nothing is stored" };
  const { lifetimeSeconds, from, ageSeconds } = stored.freshness;
  return {
    text: `stored: ${stored.status}, requested ${stored.requestedAt}`,
    below: [freshnessBranch(lifetimeSeconds, from, ageSeconds)],
  };
}
