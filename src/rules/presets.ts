import type { DecisionsInput } from "./input/decisions.ts";
import type { PresetName } from "./input/rules.ts";

/** Starting points that a rule may extend. They are written as an author would write them. */
export const PRESETS: Readonly<Record<PresetName, DecisionsInput>> = {
  // Files that are the same for everybody, mostly with a hash in their name. The origin's lifetime is taken
  // where it says one.
  "static-assets": {
    edgeTtl: { fallback: "1d", byStatus: { "404": "30s", "410": "30s" } },
    browserTtl: { fallback: "1h" },
    staleWhileRevalidate: "1h",
    staleIfError: "1d",
    query: { sort: true, tracking: "drop" },
    setCookie: "strip",
    requestCookies: "ignore",
    authorization: "ignore",
    otherHeaders: "drop",
  },
  // Lists that everybody may read: the lifetime stays the origin's.
  "api-list": {
    staleWhileRevalidate: "30s",
    staleIfError: "1h",
    query: { sort: true, tracking: "drop" },
  },
  // One copy per user, known by the Authorization field unless `identity` says otherwise; short, since what a
  // user has just changed should show.
  "per-user": {
    scope: "user",
    edgeTtl: { fallback: "30s", max: "5m" },
    staleIfError: "10m",
  },
  never: { cache: false },
};

// The keys are those of the type.
export const PRESET_NAMES = Object.keys(PRESETS) as PresetName[];
