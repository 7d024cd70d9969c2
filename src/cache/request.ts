import type { Policy } from "./policy.ts";
import type { RequestHead } from "./types.ts";

/** A request with other parts. `client` and `params` stay what they are, worked out only when they are asked for. */
export function changedHead(
  request: RequestHead,
  { method, url, headers }: Partial<Pick<RequestHead, "method" | "url" | "headers">>,
): RequestHead {
  return {
    method: method ?? request.method,
    url: url ?? request.url,
    headers: headers ?? request.headers,
    get client() {
      return request.client;
    },
    get params() {
      return request.params;
    },
  };
}

/** Whether a request is a read that is keyed by its body too, as far as its method tells. */
export function isBodyRead({ method }: RequestHead, { action, key }: Policy): boolean {
  return action === "cache" && key.body !== null && key.body.methods.includes(method);
}
