import type { NameFilter, QueryKey } from "../../cache/policy.ts";
import { PLAIN_KEY } from "../policy/plain.ts";
import { either, list, object } from "../shape/compound.ts";
import { boolean, byDefault, choice, mapped, pattern, type Shape } from "../shape/shape.ts";

const NAMES_ALLOWED = "a list of names of query parameters, none of them empty";

const names = list(pattern(/^[\s\S]+$/, NAMES_ALLOWED), NAMES_ALLOWED);

const filter: Shape<QueryKey> = object(
  "QueryInput",
  {
    include: names,
    exclude: names,
    sort: byDefault(false, boolean),
    tracking: byDefault("keep", choice("keep", "drop")),
  },
  ({ include, exclude, sort, tracking }) =>
    Object.freeze({
      keep: keptBy(include, exclude),
      sort: sort ?? false,
      tracking: tracking ?? "keep",
    }),
  { least: 1, atMostOne: ["include", "exclude"] },
);

function keptBy(include?: readonly string[], exclude?: readonly string[]): QueryKey["keep"] {
  if (include !== undefined) return filterOf("include", include);
  return exclude === undefined ? "all" : filterOf("exclude", exclude);
}

function filterOf(kind: NameFilter["kind"], written: readonly string[]): NameFilter {
  const wildcards = written.filter((name) => name.includes("*"));
  return Object.freeze({
    kind,
    exact: new Set(written.filter((name) => !name.includes("*"))),
    wildcards: Object.freeze(wildcards.map((name) => Object.freeze(name.split("*")))),
  });
}

/** Which query parameters are in the key. */
export const query: Shape<QueryKey> = byDefault(
  "all",
  either<QueryKey>(
    mapped(choice("all", "none"), (keep) => Object.freeze({ ...PLAIN_KEY.query, keep })),
    filter,
  ),
);
