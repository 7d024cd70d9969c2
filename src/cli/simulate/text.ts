import { percent, styled, table } from "../terminal.ts";
import type { Comparison } from "./comparison.ts";
import type { Report, TallyReport } from "./ledger.ts";

/** A report for people: totals, rules, what misses, what is risky. */
export function textOf(report: Report): string {
  const { from, to, peakOriginPerSecond, peakRequestsPerSecond, evictions, cost, total } = report;
  const facts = [
    ["requests", String(total.requests)],
    ["from, to", `${from}, ${to}`],
    ["hit ratio", `${percent(total.hitRatio)} of requests, ${percent(total.byteHitRatio)} of bytes`],
    [
      "origin",
      `${total.originRequests} requests, ${peakOriginPerSecond} in the busiest second (${peakRequestsPerSecond} without a cache)`,
    ],
    ["origin time saved", `${total.savedSeconds.toFixed(0)} s`],
    ["served stale", String(total.stale)],
    ["evictions", String(evictions)],
    ["Worker", `${(cost.requestsUsd + cost.cpuUsd).toFixed(4)} US dollars beyond the plan's own`],
  ];
  return [
    table(["what", "comes to"], facts),
    table(
      RULE_HEAD,
      report.rules.map((rule) => [rule.rule ?? "(no rule)", ...cellsOf(rule)]),
    ),
    ...(report.misses.length === 0
      ? []
      : [
          table(
            ["asked of the origin most", "times", "why"],
            report.misses
              .slice(0, 10)
              .map(({ url, count, reason }) => [url.slice(0, 100), String(count), reason]),
          ),
        ]),
    ...report.risks.map(({ rule, what, count, example }) =>
      styled(
        "yellow",
        `look at rule ${rule}: ${count} of its cached requests have ${NAMES[what]}, such as ${example.slice(0, 100)}`,
      ),
    ),
  ].join("\n\n");
}

const NAMES = {
  cookies: "cookies",
  authorization: "Authorization",
  "set-cookie": "an answer with Set-Cookie",
} as const;

const RULE_HEAD = ["rule", "requests", "hit ratio", "bytes", "to the origin", "stale"];

function cellsOf({ requests, hitRatio, byteHitRatio, originRequests, stale }: TallyReport): string[] {
  return [String(requests), percent(hitRatio), percent(byteHitRatio), String(originRequests), String(stale)];
}

/** What is another with other rules. */
export function differenceOf(after: Report, before: Report, { differing, changes }: Comparison): string {
  const rows = [
    ["hit ratio", percent(before.total.hitRatio), percent(after.total.hitRatio)],
    ["byte hit ratio", percent(before.total.byteHitRatio), percent(after.total.byteHitRatio)],
    ["origin requests", String(before.total.originRequests), String(after.total.originRequests)],
    ["busiest second", String(before.peakOriginPerSecond), String(after.peakOriginPerSecond)],
    ["served stale", String(before.total.stale), String(after.total.stale)],
  ];
  const shown = changes
    .slice(0, 10)
    .map((change) => [
      String(change.count),
      `${change.before} (${change.ruleBefore ?? "no rule"})`,
      `${change.after} (${change.ruleAfter ?? "no rule"})`,
      change.examples[0]?.slice(0, 80) ?? "",
    ]);
  return [
    table(["what", "--against", "--rules"], rows),
    `${differing} requests are decided differently`,
    ...(shown.length === 0 ? [] : [table(["requests", "--against", "--rules", "such as"], shown)]),
  ].join("\n\n");
}
