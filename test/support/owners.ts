/** Users whose pages a cache has to tell apart, and an origin that answers each with their own. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { expect } from "vitest";
import type { ClientResponse } from "./client.ts";

export type Who = "alice" | "bob" | "nobody";

/** Why an answer is one user's own. */
export interface Kind {
  readonly name: string;
  readonly prefix: string;
  /** How users say who they are. Default: by a cookie. */
  readonly by?: "authorization";
  /** What the origin says of its answer, besides its lifetime. */
  readonly directives?: string;
  readonly fields?: (who: Who) => Readonly<Record<string, string>>;
  /** True where each has a copy of their own. */
  readonly kept?: true;
}

export const KINDS: readonly Kind[] = [
  { name: "an Authorization that was sent", prefix: "/plain", by: "authorization" },
  { name: "private, and an Authorization", prefix: "/plain", by: "authorization", directives: "private" },
  {
    name: "Vary: Authorization",
    prefix: "/plain",
    by: "authorization",
    directives: "public",
    fields: () => ({ Vary: "Authorization" }),
    kept: true,
  },
  { name: "a cookie that was sent", prefix: "/lifetime" },
  { name: "Set-Cookie", prefix: "/plain", fields: (who) => ({ "Set-Cookie": `session=${who}` }) },
  { name: "private", prefix: "/plain", directives: "private" },
  { name: "no-store", prefix: "/plain", directives: "no-store" },
  { name: "Vary: Cookie", prefix: "/plain", fields: () => ({ Vary: "Cookie" }), kept: true },
  { name: "its scope, by Authorization", prefix: "/authorization", by: "authorization", kept: true },
  { name: "its scope, by cookie", prefix: "/cookie", kept: true },
];

export const FRESH = "max-age=3600";

/** What the prefixes of the kinds mean. */
export const RULES = {
  rules: [
    // The origin gives no lifetime here: it is the rule that has no idea whose the page is.
    {
      name: "lifetime",
      match: { path: "/lifetime/*" },
      edgeTtl: { fallback: "1m", byStatus: { "3xx": "1m", "4xx": "1m", "5xx": "1m" } },
      staleWhileRevalidate: "1h",
      staleIfError: "1h",
    },
    { name: "authorization", match: { path: "/authorization/*" }, scope: "user" },
    { name: "cookie", match: { path: "/cookie/*" }, scope: "user", identity: { cookie: "session" } },
  ],
} as const;

export function credentials(who: Who, { by }: Kind): Record<string, string> {
  if (who === "nobody") return {};
  return by === "authorization" ? { Authorization: `Bearer ${who}` } : { Cookie: `session=${who}` };
}

/** What the origin says at one time. */
export interface Said {
  readonly kind: Kind;
  /** Where it is one that is stale at once, with an age beyond it. */
  readonly lifetime: string;
  readonly status: number;
}

/** The names differ in length, so that a length tells whose it is. */
const ownOf = (who: Who) => `the page of ${who}`;

const isRedirect = (status: number) => status === 301 || status === 302;

/** Answers each with a page that bears their name in all its parts. */
export function answerOwn({ headers, method }: IncomingMessage, response: ServerResponse, said: Said): void {
  const { kind, lifetime, status } = said;
  const named = /Bearer (\w+)|session=(\w+)/.exec(`${headers.authorization ?? ""} ${headers.cookie ?? ""}`);
  const who = (named?.[1] ?? named?.[2] ?? "nobody") as Who;
  const control = [kind.directives, kind.prefix === "/lifetime" ? null : lifetime].filter(Boolean).join(", ");
  response.writeHead(status, {
    ...{ ETag: `"${who}"`, "X-Who": who, "Content-Length": ownOf(who).length },
    ...(control !== "" && { "Cache-Control": control }),
    ...(lifetime !== FRESH && { Age: "100" }),
    ...(isRedirect(status) && { Location: `/welcome?token=${who}` }),
    ...kind.fields?.(who),
  });
  response.end(method === "HEAD" ? undefined : ownOf(who));
}

/** That nothing in an answer is another's, and that it is an answer to whom it was given. */
export function expectOnly(who: Who, { status, headers, body }: ClientResponse): void {
  const told = JSON.stringify({ headers, body });
  const others = (["alice", "bob", "nobody"] as const).filter((other) => other !== who);
  for (const other of others) expect(told).not.toContain(other);
  expect(headers["etag"]).toBe(`"${who}"`);
  if (status === 304) return;
  expect(headers["x-who"]).toBe(who);
  expect(ownOf(who)).toContain(body);
  const whole = String(ownOf(who).length);
  if (status === 206) expect(headers["content-range"]).toMatch(new RegExp(`/${whole}$`));
  else if (headers["content-length"] !== undefined) expect(headers["content-length"]).toBe(whole);
  if (isRedirect(status)) expect(headers["location"]).toBe(`/welcome?token=${who}`);
}
