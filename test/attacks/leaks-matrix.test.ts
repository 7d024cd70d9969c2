/** Never a wrong answer: what was made for one user reaches no other, whatever keeps it private and however it is asked for. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { ClientResponse } from "../support/client.ts";
import { type Stage, stage } from "../support/stage.ts";
import { SECRET } from "../support/tokens.ts";

/** What makes an answer one user's own: how users say who they are, and what the origin says of its answer. */
interface Kind {
  readonly name: string;
  readonly prefix: string;
  readonly by: "authorization" | "cookie";
  readonly fields: (who: string) => Readonly<Record<string, string>>;
}

const KINDS: readonly Kind[] = [
  { name: "Authorization", prefix: "/a", by: "authorization", fields: () => lasting() },
  { name: "Authorization and private", prefix: "/a", by: "authorization", fields: () => lasting("private") },
  {
    name: "Authorization, which Vary names",
    prefix: "/a",
    by: "authorization",
    fields: () => ({ ...lasting("public"), Vary: "Authorization" }),
  },
  {
    name: "a cookie that is set",
    prefix: "/a",
    by: "cookie",
    fields: (who) => ({ ...lasting(), "Set-Cookie": `u=${who}` }),
  },
  { name: "private", prefix: "/a", by: "cookie", fields: () => lasting("private") },
  { name: "no-store", prefix: "/a", by: "cookie", fields: () => lasting("no-store") },
  {
    name: "a cookie, which Vary names",
    prefix: "/a",
    by: "cookie",
    fields: () => ({ ...lasting(), Vary: "Cookie" }),
  },
  { name: "a cookie, and a lifetime of the rule's", prefix: "/lifetime", by: "cookie", fields: () => ({}) },
  {
    name: "a copy for each Authorization",
    prefix: "/by-authorization",
    by: "authorization",
    fields: () => lasting(),
  },
  { name: "a copy for each cookie", prefix: "/by-cookie", by: "cookie", fields: () => lasting() },
];

function lasting(...more: readonly string[]): Record<string, string> {
  return {
    "Cache-Control": [...more, "max-age=1", "stale-while-revalidate=60", "stale-if-error=60"].join(", "),
  };
}

type Who = "alice" | "bob" | null;
type Ask = (
  who: Who,
  more?: { readonly method?: string; readonly headers?: Record<string, string> },
) => Promise<ClientResponse>;

/** What the origin is to do, from the next request on. */
interface Mode {
  status: number;
  delayMs: number;
}

/** How others ask once alice has; each gives what they were answered. */
const WAYS: readonly {
  readonly name: string;
  readonly run: (ask: Ask, mode: Mode) => Promise<readonly ClientResponse[]>;
}[] = [
  { name: "GET", run: async (ask) => [await ask("bob"), await ask(null)] },
  {
    name: "HEAD",
    run: async (ask) => [await ask("bob", { method: "HEAD" }), await ask(null, { method: "HEAD" })],
  },
  { name: "a part", run: async (ask) => both(ask, { Range: "bytes=0-4" }) },
  { name: "her tag", run: async (ask) => both(ask, { "If-None-Match": '"alice"' }) },
  { name: "any tag", run: async (ask) => both(ask, { "If-None-Match": "*" }) },
  {
    name: "all at once",
    run: async (ask, mode) => {
      mode.delayMs = 100;
      await sleep(STALE_MS);
      const [, ...others] = await Promise.all([
        ask("alice"),
        ask("bob"),
        ask(null),
        ask("alice"),
        ask("bob"),
      ]);
      return [others[0], others[1], others[3]].filter((answer) => answer !== undefined);
    },
  },
  {
    name: "a stale copy of hers",
    run: async (ask) => {
      await sleep(STALE_MS);
      return [await ask("bob"), await ask(null), await ask("bob")];
    },
  },
  {
    name: "while the origin fails",
    run: async (ask, mode) => {
      await sleep(STALE_MS);
      mode.status = 503;
      return [await ask("bob"), await ask(null)];
    },
  },
];

const both = async (ask: Ask, headers: Record<string, string>) => [
  await ask("bob", { headers }),
  await ask(null, { headers }),
];

const STALE_MS = 2_100;

const rules = {
  rules: [
    { name: "lifetime", match: { path: "/lifetime/*" }, edgeTtl: "1m", staleIfError: "1h" },
    { name: "by-authorization", match: { path: "/by-authorization/*" }, scope: "user" },
    { name: "by-cookie", match: { path: "/by-cookie/*" }, scope: "user", identity: { cookie: "u" } },
  ],
} as const;

const vars = { SELVEDGE_SECRET: SECRET };

describe.each([
  { tier: "memory", stand: stage({ rules, vars }) },
  { tier: "the Cache API", stand: stage({ rules, vars: { ...vars, MEMORY_MB: "0" } }) },
])("from $tier", ({ stand }) => {
  describe.concurrent.each(KINDS)("what is private by $name", (kind) => {
    test.each(WAYS)("is nobody else's: by $name", { timeout: 40_000 }, async ({ run }) => {
      const mode: Mode = { status: 200, delayMs: 0 };
      const ask = asking(stand, kind, mode);
      const hers = await ask("alice");
      expect(hers.body).toBe("alice's own");
      for (const answer of await run(ask, mode)) expectNothingOf("alice", answer);
      mode.status = 200;
      // What is made for nobody may be for everybody, where the origin does not vary it; what is bob's is his alone.
      expectNothingOf("alice", await ask("bob"));
      expectNothingOf("bob", await ask("alice"));
    });

    test.each([301, 302, 401, 403, 404, 500])("is nobody else's: with status %i", async (status) => {
      const mode: Mode = { status, delayMs: 0 };
      const ask = asking(stand, kind, mode);
      await ask("alice");
      expectNothingOf("alice", await ask("bob"));
      expectNothingOf("alice", await ask(null));
    });
  });
});

let count = 0;

/** A path of its own, whose origin answers each with what is theirs. */
function asking(stand: Stage, { prefix, by, fields }: Kind, mode: Mode): Ask {
  const path = `${prefix}/${++count}`;
  stand.script(path, (request, response) => void answerOwn(request, response, fields, mode));
  return (who, { method = "GET", headers = {} } = {}) => {
    const told = by === "cookie" ? { Cookie: `theme=dark; u=${who}` } : { Authorization: `Bearer ${who}` };
    return stand.ask(path, { method, headers: { ...headers, ...(who !== null && told) } });
  };
}

async function answerOwn(
  { headers, method }: IncomingMessage,
  response: ServerResponse,
  fields: Kind["fields"],
  { status, delayMs }: Mode,
): Promise<void> {
  await sleep(delayMs);
  const named = /Bearer (\w+)|u=(\w+)/.exec(`${headers.authorization ?? ""} ${headers.cookie ?? ""}`);
  const who = named?.[1] ?? named?.[2] ?? "nobody";
  const body = `${who}'s own`;
  const location = status === 301 || status === 302 ? { Location: `/welcome?token=${who}` } : {};
  response.writeHead(status, {
    ...{ ETag: `"${who}"`, "X-Who": who, "Content-Length": body.length, "Content-Type": "text/plain" },
    ...location,
    ...fields(who),
  });
  response.end(method === "HEAD" ? undefined : body);
}

function expectNothingOf(who: string, { status, headers, body }: ClientResponse): void {
  expect(JSON.stringify({ status, headers, body })).not.toContain(who);
}
