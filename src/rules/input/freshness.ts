/** How the rules file says lifetimes and stale windows. */

/** Seconds as a number, or a whole number with its unit: `"30s"`, `"10m"`, `"1h"`, `"1d"`, `"2w"`. */
export type Duration = number | `${number}${"s" | "m" | "h" | "d" | "w"}`;

/** A lifetime in more than one word. */
export interface TtlInput {
  /** Takes the place of what the origin says. Not together with `fallback`. */
  readonly override?: Duration;
  /** Where the origin says nothing. */
  readonly fallback?: Duration;
  /** At least this long, whatever the origin says. */
  readonly min?: Duration;
  /** At most this long. */
  readonly max?: Duration;
  /** By status or range, `{ "404": "30s", "5xx": "never", "300-399": "1h" }`, before all of the above. */
  readonly byStatus?: Readonly<Record<string, Duration | "never">>;
}

/** As `TtlInput`, for the edge. */
export interface EdgeTtlInput extends TtlInput {
  /** Shortens each lifetime by up to this part of it, so that copies do not expire together: `"10%"`. */
  readonly jitter?: `${number}%`;
}

/** A stale window: from `override` on also where the origin's directives forbid to answer stale. */
export type StaleWindowInput =
  | Duration
  | {
      /** How long. */
      readonly window: Duration;
      /** Also where the origin's directives forbid to answer stale. Default: `false`. */
      readonly override?: boolean;
    };
