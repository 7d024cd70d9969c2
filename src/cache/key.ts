import type { Policy, QueryKey } from "./types.ts";

/**
 * The primary key (RFC 9111 §2): the target URI with the query parameters that the policy keeps. `search`
 * is the query that the origin gets, so that what is not in the key cannot change what is stored.
 */
export interface PrimaryKey {
  readonly key: string;
  readonly search: string;
}

export function primaryKey(url: URL, policy: Policy): PrimaryKey {
  const search = keptSearch(url.search, policy.query);
  return { key: url.origin + url.pathname + search, search };
}

function keptSearch(search: string, query: QueryKey): string {
  if (search === "" || query.kind === "all") return search;
  if (query.kind === "none") return "";
  const kept = search
    .slice(1)
    .split("&")
    .filter((pair) => keeps(pair, query));
  return kept.length === 0 ? "" : `?${kept.join("&")}`;
}

function keeps(pair: string, query: Extract<QueryKey, { names: ReadonlySet<string> }>): boolean {
  return query.names.has(parameterName(pair)) === (query.kind === "include");
}

// A name that cannot be decoded stands for itself.
function parameterName(pair: string): string {
  const raw = pair.split("=", 1)[0] ?? "";
  try {
    return decodeURIComponent(raw.replaceAll("+", " "));
  } catch {
    return raw;
  }
}
