import type { Policy, QueryKey } from "./policy.ts";
import type { RequestHead } from "./types.ts";

/**
 * The request as the key and the origin see it: what is not in the key is not in the request either, so that it
 * cannot change what is stored.
 */
export function canonicalRequest(request: RequestHead, policy: Policy): RequestHead {
  const search = keptSearch(request.url.search, policy.key.query);
  if (search === request.url.search) return request;
  const url = new URL(request.url);
  url.search = search;
  return { ...request, url };
}

function keptSearch(search: string, { keep }: QueryKey): string {
  if (search === "" || keep === "all") return search;
  if (keep === "none") return "";
  const kept = search
    .slice(1)
    .split("&")
    .filter((pair) => keep.exact.has(parameterName(pair)) === (keep.kind === "include"));
  return kept.length === 0 ? "" : `?${kept.join("&")}`;
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
