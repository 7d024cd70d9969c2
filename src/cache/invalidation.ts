import type { RequestHead, ResponseHead } from "./types.ts";

/**
 * The URIs that an answered unsafe request invalidates (RFC 9111 §4.4): its target, and of the same origin
 * what Location and Content-Location name. None where the answer is an error.
 */
export function invalidatedUris(request: RequestHead, answer: ResponseHead): readonly URL[] {
  if (answer.status < 200 || answer.status >= 400) return [];
  const named = ["location", "content-location"]
    .map((name) => answer.headers.get(name))
    .filter((value) => value !== null)
    .map((value) => URL.parse(value, request.url.href))
    .filter((url) => url !== null && url.origin === request.url.origin);
  const byHref = new Map([request.url, ...(named as URL[])].map((url) => [withoutFragment(url), url]));
  return [...byHref.values()];
}

function withoutFragment(url: URL): string {
  return url.origin + url.pathname + url.search;
}
