import type { Reason } from "../cache/reasons.ts";
import type { ReuseDecision } from "../cache/reuse.ts";
import { discard } from "../store/discard.ts";
import type { Selected } from "../store/select.ts";
import type { Answer } from "./answer/answer.ts";
import { answerProblem } from "./answer/answer-own.ts";
import { jobOf, type Lookup } from "./cacheable.ts";
import { logRuleWarning } from "./events/rule-warning.ts";
import { collapse } from "./refresh/collapse.ts";

/** What is stored, if anything, does not do as it is. */
type Missed = Extract<ReuseDecision, { kind: "refuse" | "revalidate" | "fetch" }>;

/** Asks the origin, alone or with others, where the decision on a look-up says so. */
export async function answerMissed(lookup: Lookup, selected: Selected, decision: Missed): Promise<Answer> {
  const { kind, reason } = decision;
  if (reason === "stale-forbidden") warnOnce(lookup, reason);
  switch (kind) {
    case "refuse":
      discard(selected.body);
      return answerProblem(504, reason, { fwd: "request", detail: reason });
    case "revalidate":
      return collapse(lookup, jobOf(lookup, selected, decision.validators), reason);
    case "fetch":
      return collapse(lookup, jobOf(lookup, usable(selected, reason), null), reason);
    default:
      return kind satisfies never;
  }
}

// An s-maxage silences the rule's stale window (RFC 5861 §3 with RFC 9111 §5.2.2.10): no operator expects that.
function warnOnce({ exchange, shell }: Lookup, reason: Reason): void {
  const { rule } = exchange.policy;
  if (shell.warned.has(rule)) return;
  shell.warned.add(rule);
  logRuleWarning({ rule, reason, url: exchange.head.url.pathname }, shell.config.log);
}

// Of what was purged nothing may be used, not even as the part that another completes.
function usable(selected: Selected, reason: Reason): Selected {
  if (reason !== "purged") return selected;
  discard(selected.body);
  return { ...selected, response: null, body: null };
}
