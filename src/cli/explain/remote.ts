import { type Branch, styled } from "../terminal.ts";

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
  readonly rulesBefore: readonly {
    readonly index: number;
    readonly name: string;
    readonly whyNot: string | null;
  }[];
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
      readonly secondsLeft: number;
    };
  } | null;
  readonly purge?: { readonly scope: string; readonly value: string } | null;
  readonly decision?: Decision;
}

export function branchOfAnswer(answer: RemoteExplanation): Branch {
  const { request, rule, plan, key, canonical, stored, purge, decision } = answer;
  const fields = Object.entries(canonical?.fields ?? {}).map(([name, value]) => ({
    text: `the origin is sent ${name}: ${value ?? "nothing"}`,
  }));
  const keyed = key === undefined ? [] : [{ text: `key: ${key.key.replace("\n", " ")}` }];
  const ruled = rule === null ? "no rule: the defaults decide" : `rule ${JSON.stringify(rule)}`;
  return {
    text: `${request.method} ${request.url}`,
    below: [
      { text: styled("bold", ruled), below: beforeOf(answer) },
      { text: `${styled("bold", "request")}: ${wordsOf(plan)}`, below: [...keyed, ...fields] },
      ...(stored === undefined ? [] : [storedBranch(stored)]),
      ...(purge ? [{ text: `purged by ${purge.scope} ${purge.value}` }] : []),
      ...(decision === undefined ? [] : [{ text: `${styled("bold", "reuse")}: ${wordsOf(decision)}` }]),
    ],
  };
}

function beforeOf({ rulesBefore }: RemoteExplanation): readonly Branch[] {
  return rulesBefore.map(({ index, name, whyNot }) => ({
    text: styled(
      "dim",
      `not ${JSON.stringify(name)} (index ${index}): ${whyNot ?? "another rule folds the path"}`,
    ),
  }));
}

function wordsOf({ kind, reason, section, text }: Decision): string {
  return reason === undefined ? kind : `${kind}, ${text} (${reason}; ${section})`;
}

function storedBranch(stored: NonNullable<RemoteExplanation["stored"]> | null): Branch {
  if (stored === null) return { text: "nothing is stored" };
  const { lifetimeSeconds, from, ageSeconds, secondsLeft } = stored.freshness;
  const left = secondsLeft > 0 ? `fresh for ${secondsLeft} s` : `stale for ${-secondsLeft} s`;
  return {
    text: `stored: ${stored.status}, requested ${stored.requestedAt}`,
    below: [
      { text: `lifetime ${lifetimeSeconds} s (${from}) - age ${ageSeconds} s = ${left} (RFC 9111 §4.2)` },
    ],
  };
}
