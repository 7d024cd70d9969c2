/**
 * What choosing a rule costs: CPU per choice among 10 and among 1,000 rules of one kind, measured in turns, for ten
 * requests that different rules match; and besides, for requests to 200 of the 1,000, whose rules do not stay in the
 * processor's nearest cache.
 * `--help` has its options. Rules and requests are made before; parsing URLs is not counted.
 */
import { Command } from "commander";
import type { ClientFacts, RequestHead } from "../src/cache/types.ts";
import { choose, compileRules, type Matcher } from "../src/rules/match/match.ts";
import { defineRules } from "../src/rules/rule.ts";

type MatchInput = Parameters<typeof defineRules>[0]["rules"][number]["match"];

interface Mix {
  readonly name: string;
  readonly match: (index: number) => MatchInput;
  /** A request that the rule of this place matches. */
  readonly request: (index: number) => RequestHead;
}

interface Row {
  readonly mix: string;
  readonly few: number;
  readonly many: number;
  readonly ratio: number;
  /** As `many`, for requests to 200 rules. */
  readonly spread: number;
}

const FEW = 10;
const MANY = 1000;
const SPREAD = 200;
const CHOICES = 20_000;
const QUANTILE = 0.2;
const ALLOWED_RATIO = 1.5;

const METHODS = ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY", "GET"];
const NOBODY: ClientFacts = {
  ip: "192.0.2.7",
  country: "DE",
  continent: "EU",
  asn: 64496,
  acceptEncoding: null,
  tlsVersion: "TLSv1.3",
  bot: null,
};

const KINDS: readonly Mix[] = [
  mix(
    "literal paths",
    (n) => ({ path: `/api/v1/resource-${n}` }),
    (n) => ask(`/api/v1/resource-${n}`),
  ),
  mix(
    "parameters",
    (n) => ({ path: `/api/v1/r${n}/:id` }),
    (n) => ask(`/api/v1/r${n}/${n * 7}`),
  ),
  mix(
    "parameters first",
    (n) => ({ path: `/:lang/r${n}/:id/reviews` }),
    (n) => ask(`/de/r${n}/${n * 7}/reviews`),
  ),
  mix(
    "prefixes",
    (n) => ({ path: `/section-${n}/*` }),
    (n) => ask(`/section-${n}/a/b.html`),
  ),
  mix(
    "part of a segment",
    (n) => ({ path: `/section-${n}-*` }),
    (n) => ask(`/section-${n}-a/b.html`),
  ),
  mix(
    "extensions",
    (n) => ({ extension: `e${n}` }),
    (n) => ask(`/assets/app.e${n}`),
  ),
  mix(
    "hosts that share paths",
    (n) => ({ host: `tenant-${n}.example.com`, path: "/api/*" }),
    (n) => ask(`https://tenant-${n}.example.com/api/products`),
  ),
  mix(
    "hosts alone",
    (n) => ({ host: `*.t${n}.example.com` }),
    (n) => ask(`https://a.t${n}.example.com/x`),
  ),
  mix(
    "methods alone",
    (n) => ({ method: METHODS[n % METHODS.length] ?? "GET" }),
    (n) => ask("/api", METHODS[n % METHODS.length]),
  ),
];

const MIXES: readonly Mix[] = [
  ...KINDS,
  mix(
    "all of these",
    (n) => kindOf(n).match(n),
    (n) => kindOf(n).request(n),
  ),
  mix(
    "all, and nothing matches",
    (n) => kindOf(n).match(n),
    (n) => ask(`/none/${n}/of/them`),
  ),
];

/** Where choices go, so that none is optimised away. */
let sink: unknown;

const { quick, json } = new Command("node bench/rule-choice.ts")
  .description("What choosing a rule costs, among 10 and among 1,000 of one kind")
  .option("--quick", "fewer turns: figures that say less", false)
  .option("--json", "the figures as JSON", false)
  .parse()
  .opts<{ readonly quick: boolean; readonly json: boolean }>();
const turns = quick ? 15 : 60;
const rows = MIXES.map((each) => measure(each, turns));
console.log(json ? JSON.stringify(rows) : tableOf(rows));
process.exitCode = rows.every(({ ratio }) => ratio <= ALLOWED_RATIO) ? 0 : 1;

function mix(name: string, match: Mix["match"], request: Mix["request"]): Mix {
  return { name, match, request };
}

// All kinds but the last: a rule by its method alone would match nearly every request of the others.
function kindOf(index: number): Mix {
  const kind = KINDS[index % (KINDS.length - 1)];
  if (kind === undefined) throw new Error("there are no kinds of rules");
  return kind;
}

function ask(target: string, method = "GET"): RequestHead {
  const url = new URL(target, "https://api.example.com");
  return { method, url, headers: new Headers({ accept: "*/*" }), client: NOBODY, params: {} };
}

interface Course {
  readonly matcher: Matcher;
  readonly requests: readonly RequestHead[];
}

function courseOf({ match, request }: Mix, count: number, asked: number): Course {
  const rules = Array.from({ length: count }, (_, index) => ({ name: `r${index}`, match: match(index) }));
  const requests = Array.from({ length: asked }, (_, index) => request(spreadOver(count, index, asked)));
  return { matcher: compileRules(defineRules({ rules })), requests };
}

/** The place of a rule for each request: spread over the file, and of the same kind however many rules there are. */
function spreadOver(count: number, index: number, asked: number): number {
  const kinds = KINDS.length - 1;
  const place = Math.floor((index * count) / asked);
  return Math.min(count - 1, place - (place % kinds) + (index % kinds));
}

/** In nanoseconds of CPU per choice. A low quantile of the turns: what else runs here only ever adds. */
function measure(each: Mix, turnsWanted: number): Row {
  const courses = [courseOf(each, FEW, FEW), courseOf(each, MANY, FEW), courseOf(each, MANY, SPREAD)];
  const samples = courses.map((): number[] => []);
  for (let turn = -5; turn < turnsWanted; turn++) {
    for (const [index, course] of courses.entries()) {
      const sample = run(course);
      if (turn >= 0) samples[index]?.push(sample);
    }
  }
  const [few = 0, many = 0, spread = 0] = samples.map(quantile);
  const rounded = { few: Math.round(few), many: Math.round(many), spread: Math.round(spread) };
  return { mix: each.name, ...rounded, ratio: Number((many / few).toFixed(2)) };
}

function run({ matcher, requests }: Course): number {
  const startedAt = process.cpuUsage();
  for (let choice = 0; choice < CHOICES; choice += requests.length) {
    for (const request of requests) sink = choose(matcher, request).policy;
  }
  const { user, system } = process.cpuUsage(startedAt);
  return ((user + system) * 1000) / CHOICES;
}

function quantile(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * QUANTILE)] ?? Number.NaN;
}

function tableOf(all: readonly Row[]): string {
  const line = (cells: readonly (string | number)[]) =>
    cells.map((cell, index) => (index === 0 ? String(cell).padEnd(26) : String(cell).padStart(12))).join("");
  return [
    line(["CPU ns per choice", `${FEW} rules`, `${MANY} rules`, "ratio", `${SPREAD} of them`]),
    ...all.map((row) => line([row.mix, row.few, row.many, row.ratio, row.spread])),
    `At most ${ALLOWED_RATIO} is allowed. Node ${process.version}, ${sink === undefined ? "nothing" : "policies"} chosen.`,
  ].join("\n");
}
