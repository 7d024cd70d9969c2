import { extensionOf } from "../../http/uri.ts";
import type { Condition } from "./condition.ts";
import { anyOf, quote, shown } from "./condition-words.ts";
import type { PathPattern } from "./path-pattern.ts";

/** What a path may be, in a condition within another. */
export function pathCondition(patterns: readonly PathPattern[]): Condition {
  const sources = anyOf(patterns.map(({ source }) => source));
  return {
    holds: ({ url }) => patterns.some(({ accepts }) => accepts(url.pathname)),
    whyNot: ({ url }) => whyNotPath(url.pathname, patterns),
    wants: `path matches ${sources}`,
    readsClient: false,
  };
}

/** Why no pattern accepts a path. */
export function whyNotPath(path: string, patterns: readonly PathPattern[]): string {
  return `path ${quote(path)} does not match ${anyOf(patterns.map(({ source }) => source))}`;
}

/** HEAD is answered from what GET stores (RFC 9110 §9.3.2), so a rule for GET is one for HEAD too. */
export function withHead(methods: readonly string[]): readonly string[] {
  return methods.includes("GET") && !methods.includes("HEAD") ? [...methods, "HEAD"] : methods;
}

/** Which methods a request may have. */
export function methodCondition(listed: readonly string[]): Condition {
  const methods = withHead(listed);
  return {
    holds: (request) => methods.includes(request.method),
    whyNot: (request) => `method ${quote(request.method)} is not ${anyOf(methods)}`,
    wants: `method is ${anyOf(methods)}`,
    readsClient: false,
  };
}

/** Which hosts a request may be for, each as `hostMatches` has them. */
export function hostCondition(hosts: readonly string[]): Condition {
  const [only] = hosts;
  const holds = (hostname: string) => hosts.some((host) => hostMatches(host, hostname));
  return {
    // Most rules that name a host name one.
    holds:
      only !== undefined && hosts.length === 1
        ? ({ url }) => hostMatches(only, url.hostname)
        : ({ url }) => holds(url.hostname),
    whyNot: (request) => `host ${quote(request.url.hostname)} is not ${anyOf(hosts)}`,
    wants: `host is ${anyOf(hosts)}`,
    readsClient: false,
  };
}

/** `*.example.com` is every name below example.com, patterns of such names included, and not example.com itself. */
export function hostMatches(pattern: string, hostname: string): boolean {
  if (!pattern.startsWith("*.")) return pattern === hostname;
  return hostname.length >= pattern.length && hostname.endsWith(pattern.slice(1));
}

/** Which extensions the path may have, in lower case. */
export function extensionCondition(extensions: readonly string[]): Condition {
  return {
    holds: ({ url }) => extensions.includes(extensionOf(url.pathname) ?? ""),
    whyNot: ({ url }) => `extension ${shown(extensionOf(url.pathname))} is not ${anyOf(extensions)}`,
    wants: `extension is ${anyOf(extensions)}`,
    readsClient: false,
  };
}
