import type { ClientFacts, RequestHead } from "../../cache/types.ts";
import type { Fields } from "../../http/field-section.ts";
import { normaliseUrl } from "../../http/uri.ts";
import type { LoggedRequest } from "../logs/record.ts";
import { isPlain, KnownUrl, type Site, siteOf } from "./known-url.ts";
import { fieldsOfLog } from "./logged-fields.ts";
import { Remembered } from "./remembered.ts";

const MOST_FIELDS = 5_000;
const MOST_HOSTS = 1_000;

/** Makes heads of logged requests, sharing what is the same in many. */
export class Heads {
  readonly #usualHost: string;
  readonly #fields = new Remembered<string, Fields>(MOST_FIELDS);
  readonly #sites = new Remembered<string, Site | null>(MOST_HOSTS);

  /** `usualHost`: where a logged target has none. */
  constructor(usualHost: string) {
    this.#usualHost = usualHost;
  }

  /** Null where the target is no address. Equal `fields` are one object. */
  headOf(request: LoggedRequest, target: string, fields: Fields): LoggedHead | null {
    const url = this.#urlOf(request.host, target);
    return url && new LoggedHead(request.method, url, fields, request.client);
  }

  /** The fields that a request was sent with; `withAgent`: also Referer and User-Agent. */
  fieldsOf({ requestFields, referer, userAgent }: LoggedRequest, withAgent: boolean): Fields {
    if (!withAgent && requestFields.length === 0) return NO_FIELDS;
    const agent = withAgent ? agentFields(referer, userAgent) : [];
    const name = JSON.stringify([agent, requestFields]);
    const known = this.#fields.get(name) ?? fieldsOfLog([...agent, ...requestFields]);
    this.#fields.set(name, known);
    return known;
  }

  #urlOf(host: string | null, target: string): URL | null {
    if (!target.startsWith("/")) return parsedUrl(target);
    const at = host ?? this.#usualHost;
    const site = this.#siteAt(at);
    return site !== null && isPlain(target)
      ? new KnownUrl(site, target)
      : parsedUrl(`https://${at}${target}`);
  }

  #siteAt(host: string): Site | null {
    const known = this.#sites.get(host);
    if (known !== undefined) return known;
    const site = siteOf(host);
    this.#sites.set(host, site);
    return site;
  }
}

const NO_PARAMS: RequestHead["params"] = {};
const NO_FIELDS = fieldsOfLog([]);

/** A head whose path is matched by the rules before it is whole. */
export class LoggedHead implements RequestHead {
  readonly method: string;
  readonly url: URL;
  readonly headers: Fields;
  /** Given once, when the rule is known. */
  params: RequestHead["params"] = NO_PARAMS;
  readonly #ip: string | null;

  constructor(method: string, url: URL, headers: Fields, ip: string | null) {
    this.method = method;
    this.url = url;
    this.headers = headers;
    this.#ip = ip;
  }

  get client(): ClientFacts {
    const country = this.headers.get("cf-ipcountry");
    const unknown = { continent: null, asn: null, acceptEncoding: null, tlsVersion: null, bot: null };
    return { ...unknown, ip: this.#ip, country };
  }
}

function agentFields(referer: string | null, userAgent: string | null): [string, string][] {
  return [
    ...(referer === null ? [] : [["referer", referer] satisfies [string, string]]),
    ...(userAgent === null ? [] : [["user-agent", userAgent] satisfies [string, string]]),
  ];
}

function parsedUrl(text: string): URL | null {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  url.hash = "";
  return normaliseUrl(url);
}
