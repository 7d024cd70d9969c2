import type { Policy } from "./policy.ts";
import type { RequestHead } from "./types.ts";

/** A request with other parts. `client` stays what it is, worked out only when it is asked for. */
export function changedHead(
  request: RequestHead,
  { method, url, headers, params }: Partial<Omit<RequestHead, "client">>,
): RequestHead {
  return {
    method: method ?? request.method,
    url: url ?? request.url,
    headers: headers ?? request.headers,
    get client() {
      return request.client;
    },
    params: params ?? request.params,
  };
}

/** Whether a request is a read that is keyed by its body too, as far as its method tells. */
export function isBodyRead({ method }: RequestHead, { action, key }: Policy): boolean {
  return action === "cache" && key.body !== null && key.body.methods.includes(method);
}
