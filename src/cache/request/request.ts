import type { FieldSection } from "../../http/field-section.ts";
import type { Policy } from "../policy.ts";
import type { RequestHead } from "../types.ts";

type Parts = Partial<Omit<RequestHead, "client">>;

/** A request with other parts. `client` stays what it is, worked out only when it is asked for. */
export function changedHead(request: RequestHead, parts: Parts): RequestHead {
  return new ChangedHead(request, parts);
}

// A class, since this is done to every request: an object literal with a getter costs ten times as much.
class ChangedHead implements RequestHead {
  readonly method: string;
  readonly url: URL;
  readonly headers: FieldSection;
  readonly params: RequestHead["params"];
  readonly #original: RequestHead;

  constructor(original: RequestHead, { method, url, headers, params }: Parts) {
    this.method = method ?? original.method;
    this.url = url ?? original.url;
    this.headers = headers ?? original.headers;
    this.params = params ?? original.params;
    this.#original = original;
  }

  get client(): RequestHead["client"] {
    return this.#original.client;
  }
}

/** Whether a request is a read that is keyed by its body too, as far as its method tells. */
export function isBodyRead({ method }: RequestHead, { action, key }: Policy): boolean {
  return action === "cache" && key.body !== null && key.body.methods.includes(method);
}
