import type { ClientFacts, RequestHead } from "../cache/types.ts";
import { withoutNominated } from "../http/fields.ts";
import { NO_PARAMS } from "../rules/path-pattern.ts";

const LIKELY_AUTOMATED = 30;

/** What the engine and the rules see of a request. What the platform knows is read only if asked for. */
export function requestHead(request: Request, url: URL): RequestHead {
  return new ReceivedHead(request, url);
}

class ReceivedHead implements RequestHead {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly params = NO_PARAMS;
  readonly #request: Request;
  #client: ClientFacts | null = null;

  constructor(request: Request, url: URL) {
    this.method = request.method;
    this.url = url;
    this.headers = withoutNominated(request.headers);
    this.#request = request;
  }

  get client(): ClientFacts {
    this.#client ??= clientFacts(this.#request);
    return this.#client;
  }
}

function clientFacts({ headers, cf }: Request): ClientFacts {
  // Typed for a Worker behind every plan; what a plan lacks is absent, and locally all of it may be.
  const facts = cf as Partial<IncomingRequestCfProperties> | undefined;
  return {
    ip: headers.get("cf-connecting-ip"),
    country: text(facts?.country),
    continent: text(facts?.continent),
    asn: typeof facts?.asn === "number" ? facts.asn : null,
    acceptEncoding: text(facts?.clientAcceptEncoding),
    tlsVersion: text(facts?.tlsVersion),
    bot: botCategory(facts),
  };
}

function botCategory(facts: Partial<IncomingRequestCfProperties> | undefined): string | null {
  const verified = text(facts?.["verifiedBotCategory" as keyof typeof facts]);
  if (verified !== null) return verified;
  const { verifiedBot, score } = facts?.botManagement ?? {};
  // Scores run from 1 to 99; below 30 Cloudflare calls a request likely automated, 0 is "not computed".
  const isScoredBot = typeof score === "number" && score > 0 && score < LIKELY_AUTOMATED;
  return verifiedBot || isScoredBot ? "unknown" : null;
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
