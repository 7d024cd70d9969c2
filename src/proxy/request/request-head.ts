import { type ClientFacts, type RequestHead, UNVERIFIED_BOT, VERIFIED_BOT } from "../../cache/types.ts";
import { type FieldSection, Fields } from "../../http/field-section.ts";
import { withoutNominated } from "../../http/fields.ts";
import { NO_PARAMS } from "../../rules/match/path-pattern.ts";

const LIKELY_AUTOMATED = 30;

/** Whether a client is a bot by what it calls itself (user-agent.ts). */
export type IsAutomated = (headers: FieldSection) => boolean;

/**
 * What the engine and the rules see of a request. What the platform knows is read only if asked for. `isAutomated` is
 * null where no rule asks.
 */
export function requestHead(request: Request, url: URL, isAutomated: IsAutomated | null): ReceivedHead {
  return new ReceivedHead(request, url, isAutomated);
}

export class ReceivedHead implements RequestHead {
  readonly method: string;
  readonly url: URL;
  readonly headers: FieldSection;
  readonly params = NO_PARAMS;
  readonly #request: Request;
  readonly #isAutomated: IsAutomated | null;
  #client: ClientFacts | null = null;

  constructor(request: Request, url: URL, isAutomated: IsAutomated | null) {
    this.method = request.method;
    this.url = url;
    this.headers = withoutNominated(new Fields(request.headers));
    this.#request = request;
    this.#isAutomated = isAutomated;
  }

  /** Whether anything has depended on what the platform knows of the client. */
  get hasToldClient(): boolean {
    return this.#client !== null;
  }

  get client(): ClientFacts {
    this.#client ??= new ReceivedClient(this.#request, this.#isAutomated);
    return this.#client;
  }
}

/** Each fact is read when it is asked for: most requests need the address at the most. */
class ReceivedClient implements ClientFacts {
  readonly #request: Request;
  readonly #isAutomated: IsAutomated | null;
  #bot: { readonly is: string | null } | null = null;

  constructor(request: Request, isAutomated: IsAutomated | null) {
    this.#request = request;
    this.#isAutomated = isAutomated;
  }

  // Typed for a Worker behind every plan; what a plan lacks is absent, and locally all of it may be.
  get #facts(): Partial<IncomingRequestCfProperties> | undefined {
    return this.#request.cf as Partial<IncomingRequestCfProperties> | undefined;
  }

  get ip(): string | null {
    return this.#request.headers.get("cf-connecting-ip");
  }

  get country(): string | null {
    return text(this.#facts?.country);
  }

  get continent(): string | null {
    return text(this.#facts?.continent);
  }

  get asn(): number | null {
    const asn = this.#facts?.asn;
    return typeof asn === "number" ? asn : null;
  }

  get acceptEncoding(): string | null {
    return text(this.#facts?.clientAcceptEncoding);
  }

  get tlsVersion(): string | null {
    return text(this.#facts?.tlsVersion);
  }

  get bot(): string | null {
    this.#bot ??= { is: botOf(this.#facts, () => this.#isAutomated?.(this.#request.headers) ?? false) };
    return this.#bot.is;
  }
}

// What Cloudflare says is believed before what the client says. On most plans it says nothing of unverified bots.
function botOf(
  facts: Partial<IncomingRequestCfProperties> | undefined,
  isAutomated: () => boolean,
): string | null {
  const category = text(facts?.["verifiedBotCategory" as keyof typeof facts]);
  if (category !== null) return category;
  const { verifiedBot, score } = facts?.botManagement ?? {};
  if (verifiedBot === true) return VERIFIED_BOT;
  // Scores run from 1 to 99; below 30 Cloudflare calls a request likely automated, 0 is "not computed".
  const isScored = typeof score === "number" && score > 0;
  return (isScored ? score < LIKELY_AUTOMATED : isAutomated()) ? UNVERIFIED_BOT : null;
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
