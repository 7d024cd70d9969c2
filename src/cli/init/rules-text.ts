import { deltaSeconds, fieldNames, parseCacheControl } from "../../http/cache-control.ts";
import type { RuleInput } from "../../rules/input/rules.ts";
import type { Visit } from "../doctor/visit.ts";
import { literal } from "../literal.ts";

/** What the origin answered for a path. */
export interface Probed {
  readonly path: string;
  readonly answer: Visit;
}

/** A rule, and why it is as it is. */
interface Reasoned {
  readonly rule: RuleInput;
  readonly why: string;
}

/** What everybody has who knows users: passed, whatever its headers say. */
const PERSONAL = ["account", "admin", "cart", "checkout", "login", "logout", "me", "user"];

/** The text of a rules file that says of each path what its headers allow, and no more. */
export function rulesText(origin: URL, probed: readonly Probed[], importFrom: string): string {
  const seen = probed.map(({ path, answer }) => `//   ${path}: ${factsOf(answer)}`);
  return `import { defineRules } from ${JSON.stringify(importFrom)};

// The first rule that matches decides; where all are silent, the origin's own headers do. Every key: docs/rules.md.
${seen.length === 0 ? "" : `//\n// What ${origin.origin} answered when this was written:\n${seen.join("\n")}\n`}export default defineRules({
  // Once a copy has expired, it stands in for an hour while the origin fails.
  defaults: { staleIfError: "1h" },
  rules: [
${rulesOf(probed).map(textOf).join("\n")}
  ],
});
`;
}

function textOf({ rule, why }: Reasoned): string {
  return `    // ${why}\n    ${literal(rule)},`;
}

function rulesOf(probed: readonly Probed[]): readonly Reasoned[] {
  const paths = PERSONAL.flatMap((name) => [`/${name}`, `/${name}/*`]);
  return [
    {
      rule: { name: "personal", match: { path: paths }, cache: false },
      why: "What belongs to one user is never stored. Put your own paths here.",
    },
    ...probed.flatMap((each, index) => ruleFor(each, `path-${index + 1}`) ?? []),
  ];
}

function ruleFor({ path, answer: { status, headers } }: Probed, name: string): Reasoned | null {
  if (status !== 200 || isPersonal(path)) return null;
  const match = { path: path.replace(/[\\:*?+(){}]/g, "\\$&") };
  const directives = parseCacheControl(headers.get("cache-control"));
  const isPrivate = directives.has("no-store") || fieldNames(directives, "private") === true;
  if (isPrivate || headers.has("set-cookie")) {
    const what = isPrivate ? "it is private by its own word" : "it sets a cookie";
    return { rule: { name, match, cache: false }, why: `Passed: ${what}.` };
  }
  if (lifetimeOf(headers) === 0) return null;
  const rule: RuleInput = { name, match, staleWhileRevalidate: "30s", staleIfError: "1h" };
  const isForbidden = ["s-maxage", "must-revalidate", "proxy-revalidate"].filter((word) =>
    directives.has(word),
  );
  const but = isForbidden.length === 0 ? "" : ` But ${isForbidden.join(" and ")} of the origin forbids it.`;
  return { rule, why: `The lifetime is the origin's; past it, a stale copy while it is refreshed.${but}` };
}

function isPersonal(path: string): boolean {
  return PERSONAL.some((name) => path === `/${name}` || path.startsWith(`/${name}/`));
}

/** What the origin gives, in seconds; zero where it gives nothing. */
function lifetimeOf(headers: Headers): number {
  const directives = parseCacheControl(headers.get("cache-control"));
  const told = deltaSeconds(directives, "s-maxage") ?? deltaSeconds(directives, "max-age");
  return typeof told === "number" ? told : 0;
}

// Anybody may write what stands in a field: none of it may end the comment, or be code.
function factsOf({ status, headers }: Visit): string {
  const control = headers.get("cache-control") ?? "";
  const printable = control.replace(/[^\x20-\x7e]/g, "").slice(0, 120);
  const facts = [
    control === "" ? "no Cache-Control" : `Cache-Control: ${printable}`,
    headers.has("etag") ? "an ETag" : "no ETag",
    ...(headers.has("set-cookie") ? ["Set-Cookie"] : []),
  ];
  return `${status}, ${facts.join(", ")}`;
}
