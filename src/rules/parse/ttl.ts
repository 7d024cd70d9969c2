import type { StaleWindow, StatusTtl, TtlPolicy } from "../../cache/policy.ts";
import { NO_TTL } from "../policy/plain.ts";
import { either, object, record } from "../shape/compound.ts";
import {
  boolean,
  byDefault,
  choice,
  type Keys,
  mapped,
  type Shape,
  text,
  type ValuesOf,
} from "../shape/shape.ts";
import { refuse, type Spot } from "../shape/spot.ts";
import { duration } from "../shape/texts.ts";

type Range = Omit<StatusTtl, "seconds">;

const statusRange: Shape<Range> = text({
  allowed: 'a status from 200 to 599, a class such as "5xx" or a range such as "300-399"',
  parse: (written) => {
    const range = rangeOf(written);
    return range !== null && range.first >= 200 && range.last <= 599 && range.first <= range.last
      ? range
      : null;
  },
  pattern: /^[2-5](?:xx|\d\d(?:-[2-5]\d\d)?)$/,
});

function rangeOf(written: string): Range | null {
  if (/^\dxx$/.test(written)) {
    const first = Number(written[0]) * 100;
    return { first, last: first + 99 };
  }
  const [, first, last] = /^(\d{3})(?:-(\d{3}))?$/.exec(written) ?? [];
  return first === undefined ? null : { first: Number(first), last: Number(last ?? first) };
}

const seconds = either<number | "never">(choice("never"), duration);

const byStatus: Shape<readonly StatusTtl[]> = mapped(
  record(statusRange, seconds, 'an object of statuses and ranges, each with a duration or "never"'),
  (entries, spot) => {
    const ttls = entries.map(([range, lifetime]) => Object.freeze({ ...range, seconds: lifetime }));
    const widths = new Set(ttls.map(({ first, last }) => `${first}-${last}`));
    if (widths.size < ttls.length) return refuse(spot, "each range once");
    return Object.freeze(ttls.sort((one, other) => widthOf(one) - widthOf(other)));
  },
);

function widthOf({ first, last }: Range): number {
  return last - first;
}

const TTL_KEYS = {
  override: duration,
  fallback: duration,
  min: duration,
  max: duration,
  byStatus,
} satisfies Keys;

function ttlOf(values: ValuesOf<typeof TTL_KEYS>, spot: Spot, jitter = 0): TtlPolicy | undefined {
  const { override, fallback, min, max } = values;
  if (min !== undefined && max !== undefined && min > max) return refuse(spot, "a min that is not above max");
  return Object.freeze({
    overrideSeconds: override ?? null,
    fallbackSeconds: fallback ?? null,
    minSeconds: min ?? null,
    maxSeconds: max ?? null,
    byStatus: values.byStatus ?? NO_TTL.byStatus,
    jitter,
  });
}

const JITTER_ALLOWED = 'a percentage from "0%" to "50%"';

const jitter: Shape<number> = text({
  allowed: JITTER_ALLOWED,
  parse: (written) => {
    const percent = /^\d{1,2}(?:\.\d{1,3})?%$/.test(written) ? Number.parseFloat(written) : null;
    return percent !== null && percent <= 50 ? percent / 100 : null;
  },
  pattern: /^(?:[0-4]?\d(?:\.\d{1,3})?|50(?:\.0{1,3})?)%$/,
});

const respected: Shape<TtlPolicy> = mapped(choice("respect"), () => NO_TTL);
const overriding: Shape<TtlPolicy> = mapped(duration, (overrideSeconds) =>
  Object.freeze({ ...NO_TTL, overrideSeconds }),
);
const EXCLUSIVE = ["override", "fallback"];

/** What browsers are told of the lifetime. */
export const browserTtl: Shape<TtlPolicy> = byDefault(
  "respect",
  either(respected, overriding, object("TtlInput", TTL_KEYS, ttlOf, { least: 1, atMostOne: EXCLUSIVE })),
);

/** The lifetime at the edge. */
export const edgeTtl: Shape<TtlPolicy> = byDefault(
  "respect",
  either(
    respected,
    overriding,
    object(
      "EdgeTtlInput",
      { ...TTL_KEYS, jitter: byDefault("0%", jitter) },
      (values, spot) => ttlOf(values, spot, values.jitter),
      { least: 1, atMostOne: EXCLUSIVE },
    ),
  ),
);

/** How long a stale response may be served. */
export const staleWindow: Shape<StaleWindow> = either(
  mapped(duration, (window) => windowOf(window, false)),
  object(
    "StaleWindowInput",
    { window: duration, override: byDefault(false, boolean) },
    ({ window, override }) => (window === undefined ? undefined : windowOf(window, override ?? false)),
    { required: ["window"] },
  ),
);

function windowOf(windowSeconds: number, override: boolean): StaleWindow {
  return Object.freeze({ seconds: windowSeconds, override });
}
