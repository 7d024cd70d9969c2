import { foldPath } from "../../http/uri.ts";
import type { KeyPolicy, Policy } from "../policy.ts";
import { ANY_HOST, type RequestHead } from "../types.ts";
import { canonicalFields } from "./canonical-fields.ts";
import { canonicalSearch } from "./canonical-query.ts";
import { changedHead, isBodyRead } from "./request.ts";

/**
 * The request as the key and the origin see it, for a read that may be cached: what is not in the key is not in
 * the request either, so that it cannot change what is stored. A read with a body has become a GET without.
 * The same object where nothing changes.
 *
 * What the key does not hold and the origin sees all the same is for the origin to nominate by `Vary`: all other
 * fields, such as User-Agent. Credentials say who asks, and the key holds their hash where the scope says so.
 */
export function canonicalRequest(request: RequestHead, policy: Policy): RequestHead {
  const url = canonicalUrl(request.url, policy.key);
  const headers = canonicalFields(request, policy);
  const method = isBodyRead(request, policy) ? "GET" : request.method;
  const isSame = url === request.url && headers === request.headers && method === request.method;
  return isSame ? request : changedHead(request, { method, url, headers });
}

function canonicalUrl(url: URL, key: KeyPolicy): URL {
  const path = foldPath(url.pathname, key);
  const search = canonicalSearch(url.search, key.query);
  const origin = key.host ? url.origin : ANY_HOST;
  if (origin === url.origin && path === url.pathname && search === url.search) return url;
  return new URL(origin + path + search);
}
