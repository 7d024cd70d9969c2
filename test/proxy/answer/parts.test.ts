/** Parts of bodies that memory does not keep (RFC 9110 §14): the right bytes, and what stands before them is not read. */
import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { type ClientResponse, send } from "../../support/client.ts";
import { eventually, outcomeOf, type Stage, stage } from "../../support/stage.ts";

const LENGTH = 300_000;
const BODY = randomBytes(LENGTH);

const withMemory = stage({ entry: "worker-with-faults", rules: { rules: [] } });
// What it looks up does not depend on how long ago it has.
const without = stage({ entry: "worker-with-faults", vars: { MEMORY_MB: "0" }, rules: { rules: [] } });

const paths = new Map<Stage, string>();

beforeAll(async () => {
  for (const stand of [withMemory, without]) {
    const headers = { "Cache-Control": "max-age=3600", ETag: '"1"' };
    const path = stand.path("/film", { headers, body: BODY });
    await eventually(async () => outcomeOf(await stand.ask(path)) === "hit");
    paths.set(stand, path);
  }
});

function ask(stand: Stage, headers: Readonly<Record<string, string>>): Promise<ClientResponse> {
  return stand.ask(paths.get(stand) ?? "", { headers });
}

/** Sets what becomes of requests for a part, and tells how often the Cache API was asked since the last time. */
async function lookupsUntil(stand: Stage, match: "none" | "whole"): Promise<number> {
  return Number((await send(`${stand.worker.url}/__faults?match=${match}`)).body);
}

type Case = readonly [range: string, first: number, last: number, isReadApart: boolean];

// What begins a body is read from its beginning: another look-up costs more.
const PARTS: readonly Case[] = [
  ["bytes=0-9", 0, 9, false],
  ["bytes=65000-65535", 65_000, 65_535, false],
  ["bytes=65000-65536", 65_000, 65_536, true],
  ["bytes=150000-150000", 150_000, 150_000, true],
  ["bytes=1-", 1, LENGTH - 1, true],
  ["bytes=-5", LENGTH - 5, LENGTH - 1, true],
  ["bytes=0-", 0, LENGTH - 1, false],
  ["bytes=0-999999", 0, LENGTH - 1, false],
];

describe.each([
  ["memory knows the record", withMemory, "none"],
  ["memory knows the record, and the Cache API gives no parts", withMemory, "whole"],
  ["there is no memory", without, "none"],
  ["there is no memory, and the Cache API gives no parts", without, "whole"],
] as const)("where %s", (_, stand, fault) => {
  test.each(PARTS)("%s is answered with these bytes", async (range, first, last) => {
    await lookupsUntil(stand, fault);
    const answer = await ask(stand, { Range: range });
    expect(answer).toMatchObject({
      status: 206,
      headers: {
        "content-range": `bytes ${first}-${last}/${LENGTH}`,
        "content-length": `${last - first + 1}`,
      },
    });
    expect(answer.bytes.equals(BODY.subarray(first, last + 1))).toBe(true);
    expect(outcomeOf(answer)).toBe("hit");
  });
});

test.each(PARTS)("whether %s is read by itself", async (range, _first, _last, isReadApart) => {
  await lookupsUntil(without, "none");
  await ask(without, { Range: range });
  // For the record and for its body, and for the part.
  expect(await lookupsUntil(without, "none")).toBe(isReadApart ? 3 : 2);
});

test.each([withMemory, without])(
  "of a representation that has changed it is the whole (RFC 9110 §13.1.5)",
  async (stand) => {
    const answer = await ask(stand, { Range: "bytes=200000-200009", "If-Range": '"0"' });
    expect(answer.status).toBe(200);
    expect(answer.bytes.equals(BODY)).toBe(true);
  },
);
