import type { Policy } from "../policy.ts";
import { isOfOneRequest } from "./request-fields.ts";

/**
 * What a request field may mean for an answer that is fresh and shared: nothing; something, so that only requests with
 * the same value may get the same answer; or more than that, as it has to be judged anew for each request.
 */
type Meaning = "silent" | "telling" | "judged";

/** Who asks, which part is wanted, what the answer must be like, and what makes something else of the request than a read. */
const JUDGED: ReadonlySet<string> = new Set([
  ...["authorization", "cookie", "cache-control", "pragma", "range", "if-range", "if-match"],
  ...["if-unmodified-since", "content-length", "transfer-encoding", "upgrade"],
]);

/** Different in nearly every request, and nothing to any decision unless a rule or `Vary` names it. */
const SILENT: ReadonlySet<string> = new Set(["cdn-loop", "host", "keep-alive", "te", "user-agent", "via"]);

/** Longer ones are not worth their memory. */
const LONGEST = 1_024;

/** So many names are remembered: clients can think of any number. */
const MOST_NAMES = 500;

/**
 * The signatures of requests under one set of rules. Two requests for the same URL with the same signature are the same to
 * the three decisions, but for the instant, for what is stored, and for what the platform knows of the client.
 */
export class Signatures {
  readonly #meanings = new Map<string, Meaning>();
  readonly #read: ReadonlySet<string>;

  /** `fields` are those that the rules name (RuleFacts). */
  constructor(fields: readonly string[]) {
    this.#read = new Set(fields);
  }

  /** Method, and the fields that tell requests apart; null where one of them has to be judged each time. */
  of({ method, headers }: Pick<Request, "method" | "headers">): string | null {
    let signature: string | null = method;
    headers.forEach((value, name) => {
      const meaning = this.#meaningOf(name);
      if (meaning === "telling") signature &&= `${signature}\n${name}:${value}`;
      else if (meaning === "judged") signature = null;
    });
    return signature !== null && signature.length > LONGEST ? null : signature;
  }

  /** Whether requests that differ in a field have different signatures, if they have one. */
  tells(name: string): boolean {
    return this.#meaningOf(name) !== "silent";
  }

  #meaningOf(name: string): Meaning {
    const known = this.#meanings.get(name);
    if (known !== undefined) return known;
    const meaning = this.#judge(name);
    if (this.#meanings.size < MOST_NAMES) this.#meanings.set(name, meaning);
    return meaning;
  }

  #judge(name: string): Meaning {
    if (JUDGED.has(name)) return "judged";
    if (this.#read.has(name)) return "telling";
    return SILENT.has(name) || isOfOneRequest(name) ? "silent" : "telling";
  }
}

/** Whether an answer from what is fresh under this policy is the same for every request of one signature. */
export function isSameForAll({ scope, rateLimit, required, signedUrl, responseFields }: Policy): boolean {
  const { remove, set, add } = responseFields;
  const changesNothing = remove.length + set.length + add.length === 0;
  const isOpen = rateLimit === null && required === null && signedUrl === null;
  return scope.kind === "shared" && isOpen && changesNothing;
}
