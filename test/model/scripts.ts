/** Random scripts. What is plain is likely, so that they shrink to what matters. */
import fc from "fast-check";
import {
  type Asks,
  type Directives,
  PATHS,
  type Path,
  type Rule,
  type Says,
  type Step,
  type Window,
} from "./script.ts";

/** Few paths at a time, so that each is asked for often enough. */
const STAGES: readonly (readonly Path[])[] = [
  ["/plain"],
  ["/plain", "/lang"],
  ["/both", "/plain"],
  ["/mixed"],
];

/** What a script is about. */
interface Stage {
  readonly scope: Rule["scope"];
  readonly paths: readonly Path[];
}

const seconds = fc.constantFrom(0, 1, 5, 10, 30, 60);
const seldom = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { freq: 4 });
const never = <Value>(value: Value) => fc.constant(value);
const mostly = <Value>(usual: Value, ...others: Value[]) =>
  fc.oneof(
    { arbitrary: fc.constant(usual), weight: 5 },
    { arbitrary: fc.constantFrom(...others, usual), weight: 1 },
  );

function directives(names: Record<string, fc.Arbitrary<number | string | null>>): fc.Arbitrary<Directives> {
  const all = Object.entries(names).map(([name, argument]) =>
    argument.map((value) => [name, value] as const),
  );
  return fc
    .uniqueArray(fc.oneof(...all), { selector: ([name]) => name, maxLength: 3 })
    .map(Object.fromEntries);
}

const flag = never(null);
const qualified = fc.constantFrom(null, '"x-secret"');

const responseDirectives = directives({
  "max-age": fc.oneof({ arbitrary: seconds, weight: 6 }, { arbitrary: never("none"), weight: 1 }),
  "s-maxage": seconds,
  "no-cache": qualified,
  private: qualified,
  "no-store": flag,
  "must-understand": flag,
  public: flag,
  "must-revalidate": flag,
  "proxy-revalidate": flag,
  "stale-while-revalidate": seconds,
  "stale-if-error": seconds,
});

const targetedDirectives = directives({
  "max-age": seconds,
  "no-cache": qualified,
  "no-store": flag,
  private: flag,
});

const requestDirectives = directives({
  "no-cache": flag,
  "no-store": flag,
  "only-if-cached": flag,
  "max-age": seconds,
  "min-fresh": seconds,
  "max-stale": fc.oneof(seconds, flag),
  "stale-if-error": seconds,
});

const says: fc.Arbitrary<Says> = fc.record({
  status: mostly<Says["status"]>(200, 404, 500, 503),
  fault: mostly<Says["fault"]>(null, "unreachable", "cut"),
  cacheControl: fc.oneof(
    { arbitrary: seconds.map((each) => ({ "max-age": each })), weight: 1 },
    { arbitrary: responseDirectives, weight: 2 },
  ),
  cdnCacheControl: fc.oneof(
    { arbitrary: never({}), weight: 6 },
    { arbitrary: targetedDirectives, weight: 1 },
  ),
  expires: seldom(fc.constantFrom(0, 5, 30, -10)),
  validators: fc.constantFrom("none", "strong", "weak", "date", "both"),
  setCookie: mostly(false, true),
  age: seldom(seconds),
  clockAhead: mostly<number | null>(0, -30, 30, null),
  delayMs: mostly(0, 500, 1500, 10_000),
  takesRanges: fc.boolean(),
  varyStar: mostly(false, true),
  wrong304: mostly(false, true),
  location: mostly<Says["location"]>(null, ...PATHS),
});

const ranges = fc.constantFrom(
  { first: 0, last: 9 },
  { first: 10, last: 19 },
  { first: 5, last: 6 },
  { first: 20, last: null },
  { first: null, last: 8 },
  { first: 500, last: null },
);

const users = {
  shared: mostly<Asks["user"]>(null, "alice", "bob"),
  user: mostly<Asks["user"]>("alice", "bob", "bob", null),
};

const asks = ({ scope, paths }: Stage): fc.Arbitrary<Asks> =>
  fc.record({
    method: fc.oneof(
      { arbitrary: never("GET" as const), weight: 6 },
      { arbitrary: never("HEAD" as const), weight: 2 },
      { arbitrary: fc.constantFrom("POST" as const, "DELETE" as const), weight: 1 },
    ),
    path: fc.constantFrom(...paths),
    lang: fc.constantFrom("en", "de", null),
    accept: mostly<Asks["accept"]>(null, "text/plain", "application/json"),
    user: users[scope],
    cookie: mostly<Asks["cookie"]>(null, "c1", "c2"),
    range: seldom(ranges),
    ifNoneMatch: mostly<Asks["ifNoneMatch"]>(null, "seen", "other", "*"),
    ifModifiedSince: mostly<Asks["ifModifiedSince"]>(null, "seen"),
    cacheControl: fc.oneof({ arbitrary: never({}), weight: 3 }, { arbitrary: requestDirectives, weight: 1 }),
  });

const step = (stage: Stage): fc.Arbitrary<Step> =>
  fc.oneof(
    {
      arbitrary: fc.record({
        do: never("ask" as const),
        asks: asks(stage),
        says,
        changed: mostly(false, true, true),
      }),
      weight: 8,
    },
    {
      arbitrary: fc.record({
        do: never("wait" as const),
        ms: fc.constantFrom(400, 1000, 4000, 6000, 20_000, 70_000),
      }),
      weight: 3,
    },
    {
      arbitrary: fc.record({
        do: never("purge" as const),
        path: fc.option(fc.constantFrom(...PATHS)),
        soft: fc.boolean(),
      }),
      weight: 1,
    },
  );

const window: fc.Arbitrary<Window | null> = seldom(
  fc.record({ window: fc.constantFrom(5, 30, 120), override: fc.boolean() }),
);

const rules = (scope: Rule["scope"]): fc.Arbitrary<Rule> =>
  fc
    .record({
      ttl: mostly("none", "override", "fallback", "bounds"),
      lifetime: seconds,
      staleWhileRevalidate: window,
      staleIfError: window,
      clientDirectives: fc.constantFrom<Rule["clientDirectives"][]>("ignore", "honor"),
      heuristicFreshness: fc.boolean(),
      setCookie: fc.constantFrom<Rule["setCookie"][]>("bypass", "strip"),
      requestCookies: mostly<Rule["requestCookies"]>("respect", "ignore"),
      authorization: mostly<Rule["authorization"]>("respect", "ignore"),
    })
    .map(({ ttl, lifetime, ...others }) => ({
      ...others,
      scope,
      // Who is known by Authorization needs it to reach the origin.
      authorization: scope === "user" ? "respect" : others.authorization,
      override: ttl === "override" ? lifetime : null,
      fallback: ttl === "fallback" ? lifetime : null,
      min: ttl === "bounds" ? Math.floor(lifetime / 2) : null,
      max: ttl === "bounds" ? lifetime + 5 : null,
    }))
    .map(readable);

/** A rule, and at most so many steps. Of four, one keeps copies for one user each. */
export function scripts(steps: number): fc.Arbitrary<[rule: Rule, steps: Step[]]> {
  const script = (stage: Stage) =>
    fc.tuple(
      rules(stage.scope),
      fc.array(step(stage).map(readable), { minLength: 1, maxLength: steps, size: "max" }),
    );
  const of = (scope: Rule["scope"]) => fc.oneof(...STAGES.map((paths) => script({ scope, paths })));
  return fc.oneof({ arbitrary: of("shared"), weight: 3 }, { arbitrary: of("user"), weight: 1 });
}

/** Shown without what is usual: `ask {"path":"/lang","says":{"validators":"strong"}}`. */
function readable<Shown extends object>(value: Shown): Shown {
  return Object.assign(value, { [fc.toStringMethod]: () => JSON.stringify(unusual(value)) });
}

const USUAL: ReadonlySet<unknown> = new Set([
  null,
  false,
  0,
  200,
  "GET",
  "none",
  "ignore",
  "respect",
  "bypass",
  "shared",
]);

function unusual(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const parts = Object.entries(value).map(([name, part]) => [
    name,
    /cacheControl$/i.test(name) ? part : unusual(part),
  ]);
  return Object.fromEntries(
    parts.filter(
      ([, part]) => !USUAL.has(part) && (typeof part !== "object" || Object.keys(part).length > 0),
    ),
  );
}
