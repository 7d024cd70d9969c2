import type { OriginPolicy } from "../../cache/policy.ts";
import { DEFAULT_ORIGIN } from "../policy/plain.ts";
import { distinct, either, list, object, record } from "../shape/compound.ts";
import { byDefault, mapped, type Shape, text, whole } from "../shape/shape.ts";
import { refuse } from "../shape/spot.ts";
import { suggest } from "../shape/suggest.ts";
import { template } from "./template.ts";

/** What a rule says of its origin, besides changes to header fields. */
export type OriginChoice = Omit<OriginPolicy, "fields">;

type Use = Pick<OriginPolicy, "names" | "weights">;

const ORIGIN_NAME = /^[a-z][a-z0-9-]*$/;

const name: Shape<string> = text({
  allowed: "the name of an origin",
  parse: (written, spot) => {
    const { origins } = spot.place;
    return origins.includes(written)
      ? written
      : refuse(spot, `one of the origins ${origins.join(", ")}`, suggest(written, origins));
  },
  pattern: ORIGIN_NAME,
});

const share: Shape<number> = {
  allowed: "a number above 0",
  takes: (value) => typeof value === "number",
  parse: (spot) =>
    typeof spot.value === "number" && spot.value > 0 && Number.isFinite(spot.value)
      ? spot.value
      : refuse(spot, "a number above 0"),
  form: { kind: "number", min: Number.MIN_VALUE, max: Number.MAX_VALUE, whole: false },
};

const one: Shape<Use> = mapped(name, (chosen) => useOf([chosen], null));

const inOrder: Shape<Use> = mapped(distinct(name, "origins"), (names) => useOf(names, null));

const byShare: Shape<Use> = mapped(
  record(name, share, "an object of origins, each with its share, at least one", 1),
  (entries) =>
    useOf(
      entries.map(([chosen]) => chosen),
      entries.map(([, weight]) => weight),
    ),
);

function useOf(names: readonly string[], weights: readonly number[] | null): Use {
  return { names: Object.freeze(names), weights: weights === null ? null : Object.freeze(weights) };
}

const rewrite = template({
  allowed: 'a path that begins with one "/"',
  places: ["param", "query", "path", "search", "host"],
  accepts: (literals, first) =>
    /^\/(?!\/)/.test(first) && literals.every((part) => !/[\s\\#\p{Cc}]/u.test(part)),
});

/** Statuses that a rule may call a failure. */
export const failures: Shape<readonly number[]> = list(
  whole(400, 599, "a status"),
  "a list of statuses from 400 to 599",
);

const choiceOfOrigin: Shape<OriginChoice> = object(
  "OriginInput",
  {
    use: byDefault("default", either(one, inOrder, byShare)),
    rewrite,
    failoverOn: byDefault(DEFAULT_ORIGIN.failoverStatuses, failures),
  },
  (values, spot) => {
    const use = values.use ?? DEFAULT_ORIGIN;
    if (values.failoverOn !== undefined && use.names.length < 2)
      return refuse(spot, "no failoverOn where there is one origin only");
    return originOf(use, values);
  },
  { least: 1 },
);

function originOf(
  { names, weights }: Use,
  {
    rewrite: path,
    failoverOn,
  }: {
    readonly rewrite?: OriginPolicy["rewrite"] | undefined;
    readonly failoverOn?: readonly number[] | undefined;
  },
): OriginChoice {
  return Object.freeze({
    names,
    weights,
    failoverStatuses: failoverOn ?? DEFAULT_ORIGIN.failoverStatuses,
    rewrite: path ?? null,
  });
}

/** Which origin is asked, and for what. */
export const origin: Shape<OriginChoice> = byDefault(
  "default",
  either(
    mapped(one, (use) => originOf(use, {})),
    choiceOfOrigin,
  ),
);
