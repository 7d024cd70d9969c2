import { normaliseUrl } from "../../http/uri.ts";

/**
 * A URL that nothing needs to be parsed for: that of a site with a path and a query, which the URL Standard leaves as they
 * are. To be read only.
 */
export class KnownUrl implements URL {
  readonly pathname: string;
  readonly search: string;
  readonly #site: URL;
  readonly #origin: string;

  /** `site` has neither path nor query; `target` is plain. */
  constructor(site: Site, target: string) {
    const query = target.indexOf("?");
    this.pathname = query === -1 ? target : target.slice(0, query);
    this.search = query === -1 ? "" : target.slice(query);
    this.#site = site.url;
    this.#origin = site.origin;
  }

  get origin(): string {
    return this.#origin;
  }

  get href(): string {
    return this.#origin + this.pathname + this.search;
  }

  get protocol(): string {
    return this.#site.protocol;
  }

  get host(): string {
    return this.#site.host;
  }

  get hostname(): string {
    return this.#site.hostname;
  }

  get port(): string {
    return this.#site.port;
  }

  get searchParams(): URLSearchParams {
    return new URLSearchParams(this.search);
  }

  get username(): string {
    return "";
  }

  get password(): string {
    return "";
  }

  get hash(): string {
    return "";
  }

  toString(): string {
    return this.href;
  }

  toJSON(): string {
    return this.href;
  }
}

/** A scheme and a host. */
export interface Site {
  readonly url: URL;
  readonly origin: string;
}

/** Null where the text is no host alone, or not in its normal spelling. */
export function siteOf(host: string): Site | null {
  const url = URL.parse(`https://${host}`);
  if (url === null || normaliseUrl(url).href !== `${url.origin}/`) return null;
  return { url, origin: url.origin };
}

// What a parser may change is not in it: percent-encodings of a path, "'" of a query, controls, what is not ASCII.
const PLAIN = /^\/[\w\-.~!$&()*+,;=:@/]*(?:\?[\w\-.~!$&()*+,;=:@/?%]+)?$/;

/** Whether a path with its query is in the spelling that it has in a URL. */
export function isPlain(target: string): boolean {
  // "/.." and "/." are resolved.
  return PLAIN.test(target) && !target.includes("/.");
}
