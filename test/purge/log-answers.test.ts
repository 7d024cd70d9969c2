import { describe, expect, test } from "vitest";
import type { Log } from "../../src/purge/log.ts";
import { checkedLog } from "../../src/purge/log-answers.ts";

const FACT = { scope: "tag", value: "a", soft: false, at: 1, sequence: 7 };

/** A log that answers everything so. */
const answering = (answer: unknown) => {
  const always = async () => answer as never;
  return checkedLog({ record: always, since: always, list: always } satisfies Log);
};

describe("what is not a purge log's answer is an error, and changes nothing that is known", () => {
  const OTHER = [
    ...[undefined, null, 7, "garbage", [], {}, { facts: "garbage" }, { kind: "recorded" }],
    ...[
      { ...FACT, scope: "galaxy" },
      { ...FACT, at: "1" },
      { ...FACT, at: Number.NaN },
      { ...FACT, soft: 1 },
      null,
    ].map((fact) => ({ kind: "recorded", facts: [fact], sequence: 7, more: false })),
  ];

  test.each(OTHER)("%j", async (answer) => {
    const log = answering(answer);
    await expect(log.record([], "ann")).rejects.toThrow("what no purge log does");
    await expect(log.since(0, 10)).rejects.toThrow("what no purge log does");
  });

  test.each([...OTHER.filter((answer) => !Array.isArray(answer)), [FACT]])(
    "a history of %j",
    async (answer) => {
      await expect(answering(answer).list(10)).rejects.toThrow("what no purge log does");
    },
  );

  test("a page without end", async () => {
    for (const facts of [[], [FACT]]) {
      const log = answering({ facts, sequence: 6, more: true });
      await expect(log.since(6, 10)).rejects.toThrow("what no purge log does");
    }
  });
});

test("what is one comes through as it is", async () => {
  const recorded = { kind: "recorded", facts: [FACT] };
  const refused = { kind: "refused", mistakes: [] };
  const page = { facts: [FACT], sequence: 7, more: true };
  const end = { facts: [], sequence: 9, more: false };
  const history = [{ ...FACT, by: "ann" }];
  for (const answer of [recorded, refused]) expect(await answering(answer).record([], "ann")).toBe(answer);
  for (const answer of [page, end]) expect(await answering(answer).since(0, 1)).toBe(answer);
  expect(await answering(history).list(1)).toBe(history);
});
