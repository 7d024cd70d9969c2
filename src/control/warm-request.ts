import { isControlPath } from "./path.ts";
import { cut, didYouMean, shown } from "./words.ts";

/** What is to be asked for, so that it is stored. */
export interface WarmRequest {
  readonly urls: readonly URL[];
  /** Where more of them are listed, or null. */
  readonly sitemap: URL | null;
  /** Each address is asked for with each of them. */
  readonly headers: readonly Headers[];
  /** Requests under way at once. */
  readonly concurrency: number;
  /** How many addresses are passed over, and how many are asked for then at most. */
  readonly from: number;
  readonly limit: number;
}

/** A request to warm, or all that is wrong with it, in words. */
export type ReadWarm =
  | { readonly kind: "warm"; readonly asked: WarmRequest }
  | { readonly kind: "refused"; readonly complaints: readonly string[] };

/** A Worker may have six connections open for one request (Cloudflare's limits), and one request may take two. */
const MOST_AT_ONCE = 6;
const AT_ONCE = 3;
const MOST_REQUESTS = 1000;
const MOST_HEADER_SETS = 20;
const LARGEST_NUMBER = 1_000_000;

const KEYS = ["urls", "sitemap", "headers", "concurrency", "from", "limit"];

/** What the platform or the connection says of a client, which nobody may say of himself. */
const REFUSED = /^(?:cf-.*|connection|content-length|expect|host|te|transfer-encoding|upgrade)$/i;

/** Reads `{ urls, sitemap, headers, concurrency, from, limit }`. Addresses are `origin`'s own, or without a host. */
export function readWarmRequest(body: unknown, origin: string, controlPrefix: string): ReadWarm {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    return {
      kind: "refused",
      complaints: [`found ${shown(body)}; allowed: an object with ${KEYS.join(", ")}`],
    };
  }
  const reading = new Reading(new Map(Object.entries(body)), origin, controlPrefix);
  const asked = reading.warmRequest();
  return reading.complaints.length > 0
    ? { kind: "refused", complaints: reading.complaints }
    : { kind: "warm", asked };
}

/** One body as it is read: the complaints are gathered, and what is wrong is left out. */
class Reading {
  readonly complaints: string[] = [];
  readonly #keys: ReadonlyMap<string, unknown>;
  readonly #origin: string;
  readonly #controlPrefix: string;

  constructor(keys: ReadonlyMap<string, unknown>, origin: string, controlPrefix: string) {
    this.#keys = keys;
    this.#origin = origin;
    this.#controlPrefix = controlPrefix;
  }

  warmRequest(): WarmRequest {
    this.#complainOfUnknown();
    const sitemap = this.#keys.get("sitemap") ?? null;
    const headers = this.#headerSets();
    const asked: WarmRequest = {
      urls: this.#list("urls").flatMap((item, index) => this.#url(`urls[${index}]`, item) ?? []),
      sitemap: sitemap === null ? null : this.#url("sitemap", sitemap),
      headers,
      concurrency: this.#number("concurrency", 1, MOST_AT_ONCE, AT_ONCE),
      from: this.#number("from", 0, LARGEST_NUMBER, 0),
      // An address is asked for with all of them, or not at all.
      limit: this.#number("limit", headers.length, MOST_REQUESTS, MOST_REQUESTS),
    };
    const isNothing = asked.urls.length === 0 && sitemap === null;
    if (isNothing && this.complaints.length === 0)
      this.#complain("urls", undefined, "addresses, or a sitemap");
    return asked;
  }

  #complainOfUnknown(): void {
    const unknown = [...this.#keys.keys()].filter((each) => !KEYS.includes(each));
    for (const key of unknown.slice(0, MOST_COMPLAINTS)) {
      this.#tell(`${cut(key)}: unknown; allowed: the keys ${KEYS.join(", ")}${didYouMean(key, KEYS)}`);
    }
  }

  #url(place: string, item: unknown): URL | null {
    const url = typeof item === "string" && item !== "" ? URL.parse(item, this.#origin) : null;
    if (url?.origin === this.#origin && !isControlPath(url.pathname, this.#controlPrefix)) {
      url.hash = "";
      return url;
    }
    this.#complain(place, item, `an address of ${this.#origin}, or a path, not below ${this.#controlPrefix}`);
    return null;
  }

  #headerSets(): readonly Headers[] {
    const sets = this.#list("headers").map((item, index) => this.#headers(`headers[${index}]`, item));
    if (sets.length > MOST_HEADER_SETS)
      this.#complain("headers", `${sets.length} sets`, `at most ${MOST_HEADER_SETS}`);
    return sets.length === 0 ? [new Headers()] : sets;
  }

  #headers(place: string, item: unknown): Headers {
    const headers = new Headers();
    if (typeof item !== "object" || item === null || Array.isArray(item)) {
      this.#complain(place, item, 'fields and their values, such as { "accept-language": "de" }');
      return headers;
    }
    for (const [name, value] of Object.entries(item)) {
      if (!addField(headers, name, value)) this.#complain(`${place}.${cut(name)}`, value, FIELD);
    }
    return headers;
  }

  #list(key: string): readonly unknown[] {
    const value = this.#keys.get(key) ?? [];
    if (Array.isArray(value)) return value;
    this.#complain(key, value, "a list");
    return [];
  }

  #number(key: string, least: number, most: number, otherwise: number): number {
    const value = this.#keys.get(key) ?? otherwise;
    if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
    this.#complain(key, value, `a whole number from ${least} to ${most}`);
    return otherwise;
  }

  #complain(place: string, found: unknown, allowed: string): void {
    this.#tell(`${place}: found ${shown(found)}; allowed: ${allowed}`);
  }

  #tell(complaint: string): void {
    if (this.complaints.length < MOST_COMPLAINTS) this.complaints.push(complaint);
  }
}

const MOST_COMPLAINTS = 20;
const FIELD = "a field that clients send, and a text for its value";

function addField(headers: Headers, name: string, value: unknown): boolean {
  if (typeof value !== "string" || REFUSED.test(name)) return false;
  try {
    headers.set(name, value);
    return true;
  } catch {
    return false;
  }
}
