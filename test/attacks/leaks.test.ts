/** Never another's answer, and one's own instead: whatever keeps an answer private, each who asks gets what is theirs. */
import { describe, test } from "vitest";
import type { ClientRequest, ClientResponse } from "../support/client.ts";
import {
  answerOwn,
  credentials,
  expectOnly,
  FRESH,
  KINDS,
  type Kind,
  RULES,
  type Who,
} from "../support/owners.ts";
import { eventually, type Stage, stage } from "../support/stage.ts";
import { SECRET } from "../support/tokens.ts";

// The origin says them together with an age beyond them.
const STALE_WHILE_REFRESHED = "max-age=60, stale-while-revalidate=600";
const STALE_ON_ERROR = "max-age=60, stale-if-error=600";

/** How the others ask, and what the origin says to all from the beginning. */
interface Way {
  readonly name: string;
  readonly request?: ClientRequest;
  readonly lifetime?: string;
  readonly status?: number;
  /** What the origin says from when alice has her answer. */
  readonly after?: number;
}

const WAYS: readonly Way[] = [
  { name: "GET" },
  { name: "HEAD", request: { method: "HEAD" } },
  { name: "Range", request: { headers: { Range: "bytes=0-4" } } },
  { name: "Range from the end", request: { headers: { Range: "bytes=-9" } } },
  { name: "her tag in If-None-Match", request: { headers: { "If-None-Match": '"alice"' } } },
  { name: "any tag in If-None-Match", request: { headers: { "If-None-Match": "*" } } },
  { name: "her tag in If-Range", request: { headers: { "If-Range": '"alice"', Range: "bytes=0-4" } } },
  { name: "GET, while hers is stale", lifetime: STALE_WHILE_REFRESHED },
  { name: "GET, while the origin fails", lifetime: STALE_ON_ERROR, after: 503 },
  { name: "GET of an error page with a name", status: 500 },
  { name: "GET of a page that is not there, with a name", status: 404 },
  { name: "GET of a page that she may not see, with a name", status: 403 },
  { name: "GET of a challenge, with a name", status: 401 },
  { name: "GET of a redirect with a token", status: 302 },
  { name: "GET of a lasting redirect with a token", status: 301 },
  { name: "HEAD of a redirect with a token", request: { method: "HEAD" }, status: 302 },
];

const vars = { SELVEDGE_SECRET: SECRET };

describe.each([
  { tier: "memory", stand: stage({ rules: RULES, vars }) },
  // Nothing is kept in memory, so that whoever asks next is answered by the second tier.
  { tier: "the Cache API", stand: stage({ rules: RULES, vars: { ...vars, MEMORY_MB: "0" } }) },
])("from $tier", ({ stand }) => {
  describe.concurrent.each(KINDS)("what is private by $name", (kind) => {
    test.each(WAYS)("goes to whom it belongs: $name", async (way) => {
      const { ask, mode } = await primed(stand, kind, way);
      mode.status = way.after ?? mode.status;
      // Twice, because the first may leave something behind that the second is given. Who is nobody comes last: what is
      // made for nobody may be kept for everybody, where the origin does not vary it.
      for (const who of ["bob", "bob", "alice", "nobody", "nobody"] as const) {
        expectOnly(who, await ask(who, way.request));
      }
    });
  });
});

interface Primed {
  readonly ask: (who: Who, request?: ClientRequest) => Promise<ClientResponse>;
  readonly mode: { status: number };
}

let count = 0;

/** A path where alice has been; and her copy is stored, where there is to be one. */
async function primed(stand: Stage, kind: Kind, way: Way): Promise<Primed> {
  const path = `${kind.prefix}/${++count}`;
  const mode = { status: way.status ?? 200 };
  stand.script(path, (request, response) =>
    answerOwn(request, response, {
      kind,
      lifetime: way.lifetime ?? FRESH,
      status: mode.status,
    }),
  );
  const ask: Primed["ask"] = (who, { headers, ...request } = {}) =>
    stand.ask(path, { ...request, headers: { ...headers, ...credentials(who, kind) } });
  expectOnly("alice", await ask("alice"));
  if (!kind.kept) return { ask, mode };
  // Without a copy of hers the test would prove nothing. One that is stale is seen only once the origin fails.
  mode.status = way.after ?? mode.status;
  await eventually(async () => {
    const { status, headers } = await ask("alice");
    const isReused = /;hit/.test(headers["cache-status"] ?? "");
    return way.after === undefined ? isReused : status === 200;
  });
  return { ask, mode };
}
