import { type ClientFacts, type RequestHead, UNVERIFIED_BOT } from "../cache/types.ts";
import { normaliseUrl } from "../http/uri.ts";
import { isAutomated } from "../http/user-agent.ts";
import { shown } from "./words.ts";

/** A request that somebody asks about, or what is wrong with how it is described. */
export type Described =
  | { readonly kind: "request"; readonly head: RequestHead }
  | { readonly kind: "malformed"; readonly complaint: string };

/** RFC 9110 §9.1: a token. */
const METHOD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Reads `?url=/products?page=2&method=GET&header=Accept-Language: de` (`header` as often as needed). An address
 * without a host is `origin`'s.
 */
export function readDescribed(query: URLSearchParams, origin: string): Described {
  const written = query.get("url");
  // Two slashes at the beginning are a path, as a client would send it.
  const asked = written ? URL.parse(written.startsWith("/") ? origin + written : written, origin) : null;
  if (asked === null || !/^https?:$/.test(asked.protocol)) {
    return malformed(`url: found ${shown(written ?? undefined)}; allowed: an address, such as /products`);
  }
  asked.hash = "";
  const url = normaliseUrl(asked);
  const method = query.get("method") ?? "GET";
  if (!METHOD.test(method))
    return malformed(`method: found ${shown(method)}; allowed: a method, such as GET`);
  const headers = new Headers();
  for (const line of query.getAll("header")) {
    const complaint = addField(headers, line);
    if (complaint !== null) return malformed(complaint);
  }
  return { kind: "request", head: { method, url, headers, client: factsOf(headers), params: {} } };
}

function malformed(complaint: string): Described {
  return { kind: "malformed", complaint };
}

function addField(headers: Headers, line: string): string | null {
  const colon = line.indexOf(":");
  try {
    if (colon < 1) throw new TypeError("no name");
    headers.append(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
    return null;
  } catch {
    // The value may be a credential: the message does not repeat it.
    return `header: found ${shown(line.slice(0, Math.max(colon, 0)))}; allowed: "Name: value", such as "Accept-Language: de"`;
  }
}

// What only the platform knows of a client can be described by the field that it tells some of it in.
function factsOf(headers: Headers): ClientFacts {
  return {
    ip: headers.get("cf-connecting-ip"),
    country: headers.get("cf-ipcountry"),
    continent: null,
    asn: null,
    acceptEncoding: null,
    tlsVersion: null,
    bot: isAutomated(headers) ? UNVERIFIED_BOT : null,
  };
}

/** Fields whose values say who somebody is. */
const CREDENTIAL =
  /^cookie$|authorization|token|secret|session|passw|credential|signature|jwt|key$|(?:^|-)auth(?:-|$)/;

/** The value of a request field, for a reader who need not know anybody's credentials. */
export function shownValue(name: string, value: string | null): string | null {
  return value !== null && CREDENTIAL.test(name) ? "hidden" : value;
}

/** The parameters that describe a request, as JSON Schemas. */
export const DESCRIBED = {
  url: { type: "string", description: "An address, or a path of this host." },
  method: { type: "string", default: "GET" },
  header: { type: "string", description: "`Name: value`, as often as needed." },
};
