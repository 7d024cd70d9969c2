/** What is measured side by side. */

export interface Target {
  readonly name: string;
  /** The file in bench/workers that it runs. */
  readonly worker: "constant" | "fetch" | "match" | "calls" | "hono" | "selvedge";
  readonly variables: Readonly<Record<string, string>>;
  /** How many purges its log holds. */
  readonly purges: number;
}

/** Opens the control API of the Workers under test, on this machine only. */
export const CONTROL_TOKEN = "bench-control-token";

const SELVEDGE = { RULES: "1", LOG: "off", ORIGIN_TIMEOUT: "1s", CONTROL_TOKEN };

export const TARGETS = {
  constant: target("constant", "constant"),
  fetch: target("fetch only", "fetch"),
  match: target("match/put", "match"),
  hono: target("Hono cache", "hono"),
  calls: target("the calls alone", "calls"),
  selvedge: target("selvedge", "selvedge", SELVEDGE),
  cold: target("selvedge, no memory", "selvedge", { ...SELVEDGE, MEMORY_MB: "0" }),
  rules: target("selvedge, 1,000 rules", "selvedge", { ...SELVEDGE, RULES: "1000" }),
  purges: { ...target("selvedge, 10,000 purges", "selvedge", SELVEDGE), purges: 10_000 },
  log: target("selvedge, a log line each", "selvedge", { ...SELVEDGE, LOG: "json" }),
} as const satisfies Readonly<Record<string, Target>>;

export type TargetName = keyof typeof TARGETS;

function target(name: string, worker: Target["worker"], variables: Target["variables"] = {}): Target {
  return { name, worker, variables, purges: 0 };
}
