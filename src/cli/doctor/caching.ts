import { type Finding, fine, notice, problem } from "./finding.ts";
import type { Visit } from "./visit.ts";

/** Whether it was answered from the cache. */
export function isHit({ headers }: Visit): boolean {
  return /;\s*hit\b/.test(headers.get("cache-status") ?? "");
}

const JUST_PURGED = "a purge counts for two seconds after it: run this again";
const ALWAYS_STALE =
  "the origin is asked each time: give it a lifetime there (Cache-Control: max-age), or by a rule (edgeTtl)";

/** Whether what is stored is found again. */
export function caching(visits: readonly Visit[], at: URL): readonly Finding[] {
  const statuses = visits.map(({ headers }) => headers.get("cache-status") ?? "");
  const shown = statuses.at(-1) ?? "";
  if (visits.some(isHit)) return [fine("cache", `answered from the cache: ${shown}`)];
  if (/;\s*detail=purged\b/.test(shown))
    return [notice("just-purged", `stored, found again, and purged just now: ${shown}`, JUST_PURGED)];
  // What was found and had to be validated was stored, and found.
  if (statuses.some((status) => /;\s*fwd=stale\b/.test(status)))
    return [notice("always-stale", `stored, found again, and never fresh: ${shown}`, ALWAYS_STALE)];
  if (!statuses.some((status) => /;\s*stored\b/.test(status)))
    return [
      notice(
        "not-stored",
        `${at.pathname} is not stored: ${shown}`,
        "try --path with an address that should be cached; `selvedge explain` says why this one is not",
      ),
    ];
  const where = at.hostname.endsWith(".workers.dev")
    ? "the Cache API has no effect on workers.dev: use a custom domain"
    : "the Cache API has no effect here: it has none behind Cloudflare Access, on workers.dev and in previews";
  return [
    problem(
      "cache-without-effect",
      `stored, and not found again ${statuses.length - 1} times: ${shown}`,
      where,
    ),
  ];
}
