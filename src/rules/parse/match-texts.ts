import { pattern, type Shape, text } from "../shape/shape.ts";

/** The kinds of text that a rule matches on. */

/** As it was written, once URLPattern takes it. */
export const pathPattern: Shape<string> = text({
  allowed:
    'a URLPattern pathname that begins with "/", such as "/products/:id" or "/blog/*" (query parameters go in match.query)',
  parse: (written) => (written.startsWith("/") && isPathPattern(written) ? written : null),
  suggest: (written) => (isPathPattern(`/${written}`) && !/^[/*(:{]/.test(written) ? `/${written}` : null),
  pattern: /^\//,
});

// Literal segments and parameters, `/*` at the end: nearly all patterns, and they need not be compiled to be judged.
const PLAIN_PATTERN = /^(?:\/(?:[\w.~%-]*|:[A-Za-z_]\w*))+(?:\/\*)?$/;

function isPathPattern(written: string): boolean {
  if (PLAIN_PATTERN.test(written) && written.indexOf(":") === written.lastIndexOf(":")) return true;
  try {
    return new URLPattern({ pathname: written }) !== null;
  } catch {
    return false;
  }
}

/** In lower case, without the dot. */
export const extension: Shape<string> = text({
  allowed: 'the extension of a file without the dot, such as "css"',
  parse: (written) => (/^[^\s./?#]+$/.test(written) ? written.toLowerCase() : null),
  suggest: (written) => (/^\.[^\s./?#]+$/.test(written) ? written.slice(1) : null),
  pattern: /^[^\s./?#]+$/,
});

/** As a request's URL has it, or with "*." before it. */
export const host: Shape<string> = text({
  allowed: 'a host name without scheme, port and path, such as "api.example.com" or "*.example.com"',
  parse: (written) =>
    written.startsWith("*.") ? prefixed("*.", hostName(written.slice(2))) : hostName(written),
  pattern: /^[^\s/?#@\\]+$/,
});

function prefixed(prefix: string, written: string | null): string | null {
  return written === null ? null : prefix + written;
}

// What URL makes of a host is what a request's URL will say: lower case, and punycode for the rest.
function hostName(written: string): string | null {
  if (!/^(?:\[[0-9a-fA-F:.]+\]|[^\s:/?#@[\]\\*]+)$/.test(written)) return null;
  return URL.parse(`https://${written}/`)?.hostname ?? null;
}

/** As Cloudflare names countries. */
export const country: Shape<string> = pattern(
  /^[A-Z][A-Z0-9]$/,
  'a country code of ISO 3166-1 in capitals, such as "DE", or "T1" for Tor',
  (written) => written.toUpperCase(),
);

/** As Cloudflare names continents. */
export const continent: Shape<string> = pattern(
  /^(?:AF|AN|AS|EU|NA|OC|SA)$/,
  "one of AF, AN, AS, EU, NA, OC, SA",
  (written) => written.toUpperCase(),
);

const TLS_VERSIONS = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

/** As Cloudflare names versions of TLS. */
export const tlsVersion: Shape<string> = pattern(
  /^TLSv1(?:\.[123])?$/,
  `one of ${TLS_VERSIONS.join(", ")}`,
  (written) => `TLSv${/[\d.]+$/.exec(written)?.[0] ?? ""}`,
);
