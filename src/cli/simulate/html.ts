import { percent } from "../terminal.ts";
import type { Comparison } from "./comparison.ts";
import type { Point, Report } from "./ledger.ts";
import type { Replayed } from "./replay.ts";

/** One page that needs nothing besides: totals, charts, tables, and what was taken to be so. */
export function htmlOf({ report, against, comparison }: Replayed, assumptions: readonly string[]): string {
  const { total, timeline } = report;
  const facts = [
    ["Requests", total.requests.toLocaleString("en")],
    ["Hit ratio", percent(total.hitRatio)],
    ["Byte hit ratio", percent(total.byteHitRatio)],
    ["To the origin", total.originRequests.toLocaleString("en")],
    ["Busiest second at the origin", `${report.peakOriginPerSecond} of ${report.peakRequestsPerSecond}`],
    ["Origin time saved", `${total.savedSeconds.toFixed(0)} s`],
  ];
  const misses = report.misses.map(({ url, count, reason }) => [url, String(count), reason]);
  const risks = report.risks.map(({ rule, what, count, example }) => [rule, what, String(count), example]);
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>selvedge simulate</title>
<style>${STYLE}</style>
<h1>What the cache would have done</h1>
<p>${escaped(report.from)} to ${escaped(report.to)}</p>
<dl>${facts.map(([name = "", value = ""]) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`).join("")}</dl>
<h2>Requests, and those that reached the origin</h2>
${timelineChart(timeline)}
<h2>By rule</h2>
${ratioChart(report)}
${htmlTable(["Rule", "Requests", "Hit ratio", "To the origin", "Stale"], report.rules.map(ruleRow))}
${comparison === null || against === null ? "" : comparedSection(comparison, against)}
<h2>Asked of the origin most</h2>
${htmlTable(["Address", "Times", "Why"], misses)}
${risks.length === 0 ? "" : `<h2>To be looked at</h2><p>Cached requests that speak of one user.</p>${htmlTable(["Rule", "What", "Requests", "Such as"], risks)}`}
<h2>Taken to be so</h2>
<ul>${assumptions.map((sentence) => `<li>${escaped(sentence)}</li>`).join("")}</ul>
</html>
`;
}

function ruleRow({ rule, requests, hitRatio, originRequests, stale }: Report["rules"][number]): string[] {
  const grouped = (count: number) => count.toLocaleString("en");
  return [rule ?? "(no rule)", grouped(requests), percent(hitRatio), grouped(originRequests), String(stale)];
}

function comparedSection({ differing, changes }: Comparison, before: Report): string {
  const rows = changes.map((change) => [
    String(change.count),
    `${change.before} (${change.ruleBefore ?? "no rule"})`,
    `${change.after} (${change.ruleAfter ?? "no rule"})`,
    change.examples.join(", "),
  ]);
  return `<h2>Compared</h2><p>${differing} requests are decided differently; the hit ratio was ${percent(before.total.hitRatio)}.</p>${htmlTable(["Requests", "Before", "After", "Such as"], rows)}`;
}

const WIDTH = 900;
const HEIGHT = 200;

/** Two lines over time: all requests, and those to the origin. */
function timelineChart(points: readonly Point[]): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || first === last) return "<p>Too short a time to draw.</p>";
  const most = Math.max(...points.map(({ requests }) => requests));
  const lineOf = (value: (point: Point) => number) =>
    points
      .map((point) => {
        const x = ((point.at - first.at) / (last.at - first.at)) * WIDTH;
        return `${x.toFixed(1)},${(HEIGHT - (value(point) / most) * HEIGHT).toFixed(1)}`;
      })
      .join(" ");
  return `<svg viewBox="-10 -10 ${WIDTH + 20} ${HEIGHT + 20}" role="img" aria-label="Requests over time; at most ${most} in a step">
<polyline class="all" points="${lineOf(({ requests }) => requests)}"/><polyline class="origin" points="${lineOf(({ originRequests }) => originRequests)}"/></svg>
<p><span class="all">all</span>, <span class="origin">to the origin</span>; at most ${most} in a step.</p>`;
}

const BAR = 22;

/** A bar for each of the busiest rules: what of it was a hit. */
function ratioChart({ rules }: Report): string {
  const shown = rules.slice(0, 12);
  const bars = shown.map(({ rule, hitRatio }, index) => {
    const width = (hitRatio ?? 0) * (WIDTH - 260);
    return `<text x="190" y="${index * BAR + 15}" text-anchor="end">${escaped(rule ?? "(no rule)")}</text><rect x="200" y="${index * BAR + 3}" width="${width.toFixed(1)}" height="${BAR - 8}"/><text x="${205 + width}" y="${index * BAR + 15}">${percent(hitRatio)}</text>`;
  });
  return `<svg viewBox="0 0 ${WIDTH} ${shown.length * BAR + 4}" role="img" aria-label="Hit ratio by rule">${bars.join("")}</svg>`;
}

function htmlTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[], tag: string) =>
    row.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join("");
  return `<table><thead><tr>${cells(head, "th")}</tr></thead><tbody>${rows.map((row) => `<tr>${cells(row, "td")}</tr>`).join("")}</tbody></table>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

// What stands in a log was written by whoever sent the requests.
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
dl{display:flex;flex-wrap:wrap;gap:1rem}dl div{border:1px solid #ddd;border-radius:.5rem;padding:.5rem 1rem}dt{color:#666;font-size:.85rem}dd{margin:0;font-size:1.4rem}
table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{text-align:left;padding:.25rem .5rem;border-bottom:1px solid #eee;overflow-wrap:anywhere}
svg{width:100%;height:auto}polyline{fill:none;stroke-width:2}polyline.all{stroke:#888}polyline.origin{stroke:#c2410c}rect{fill:#15803d}text{font-size:13px}
span.all{color:#666}span.origin{color:#c2410c}`;
