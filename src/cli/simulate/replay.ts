import type { RuleSet } from "../../rules/rule.ts";
import type { LoggedRequest } from "../logs/record.ts";
import type { Assumptions } from "./assumptions.ts";
import { Comparer, type Comparison } from "./comparison.ts";
import { InOrder } from "./in-order.ts";
import { Ledger, type Report } from "./ledger.ts";
import { Simulation } from "./simulation.ts";

/** What came of replaying a log. */
export interface Replayed {
  readonly report: Report;
  /** Of the other rules, on the same requests; null where there are none. */
  readonly against: Report | null;
  /** From the other rules to these. */
  readonly comparison: Comparison | null;
  /** Lines that are no requests for an address. */
  readonly unreplayable: number;
  /** Lines that come later than the window allows; they are replayed at the instant that the replay has reached. */
  readonly outOfOrder: number;
}

/** Replays requests in the order of their instants, with a clock that is that of the log. */
export async function replay(
  batches: AsyncIterable<readonly LoggedRequest[]>,
  rules: RuleSet,
  against: RuleSet | null,
  assumed: Assumptions,
): Promise<Replayed> {
  const one = run(rules, assumed);
  const other = against && run(against, assumed);
  const comparer = new Comparer();
  let now = 0;
  let unreplayable = 0;
  let outOfOrder = 0;
  const step = (request: LoggedRequest) => {
    if (request.at < now) outOfOrder += 1;
    else now = request.at;
    const after = one.step(request, now);
    const before = other?.step(request, now) ?? null;
    if (after === null) unreplayable += 1;
    else if (before !== null) comparer.add(before, after);
  };
  const inOrder = new InOrder(assumed.windowSeconds);
  for await (const batch of batches) for (const request of inOrder.take(batch)) step(request);
  for (const request of inOrder.rest()) step(request);
  return {
    report: one.report(),
    against: other?.report() ?? null,
    comparison: other && comparer.result(),
    ...{ unreplayable, outOfOrder },
  };
}

function run(rules: RuleSet, assumed: Assumptions) {
  const simulation = new Simulation(rules, assumed);
  const ledger = new Ledger();
  return {
    step: (request: LoggedRequest, now: number) => {
      const outcome = simulation.replay(request, now);
      if (outcome !== null) ledger.add(outcome, request, now);
      return outcome;
    },
    report: () => ledger.report(simulation.evictions, assumed.cpuMs),
  };
}
