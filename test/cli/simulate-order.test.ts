/** Lines that were logged out of order are replayed in it, as far as the window says, and in bounded memory. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LoggedRequest, NO_FIELDS } from "../../src/cli/logs/record.ts";
import { InOrder } from "../../src/cli/simulate/in-order.ts";

const START = Date.UTC(2026, 10, 23, 10);

function logged(at: number, target: string): LoggedRequest {
  return {
    ...{ at, client: null, method: "GET", target, host: null, status: 200, bytes: null },
    ...{ durationSeconds: null, place: null, referer: null, userAgent: null },
    ...{ requestFields: NO_FIELDS, responseFields: NO_FIELDS },
  };
}

function sorted(batches: readonly (readonly LoggedRequest[])[], windowSeconds: number): readonly string[] {
  const inOrder = new InOrder(windowSeconds);
  const given = batches.flatMap((batch) => [...inOrder.take(batch)]);
  return [...given, ...inOrder.rest()].map(({ target }) => target);
}

const arrivals = fc.array(
  fc.record({
    afterMs: fc.constantFrom(0, 0, 1, 300, 999, 1000, 2500, 60_000),
    lateMs: fc.integer({ min: 0, max: 3000 }),
  }),
  { maxLength: 40 },
);

describe("requests that are logged when they have been answered", () => {
  test("are given in the order in which they were made", () => {
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 1, max: 9 }), (steps, size) => {
        let at = START;
        const made = steps.map(({ afterMs, lateMs }, index) => {
          at += afterMs;
          return { request: logged(at, `/${index}`), loggedAt: at + lateMs };
        });
        const inLog = [...made]
          .sort((one, other) => one.loggedAt - other.loggedAt)
          .map(({ request }) => request);
        const byInstant = [...inLog].sort((one, other) => one.at - other.at).map(({ target }) => target);
        const parts = Array.from({ length: Math.ceil(inLog.length / size) }, (_, index) =>
          inLog.slice(index * size, (index + 1) * size),
        );
        expect(sorted(parts, 3)).toEqual(byInstant);
      }),
    );
  });

  test("are given at once where they come too late, whatever they were read together with", () => {
    const log = [logged(START + 20_000, "/a"), logged(START, "/late"), logged(START + 21_000, "/b")];
    const more = [logged(START + 40_000, "/c"), logged(START + 1000, "/later"), logged(START + 41_000, "/d")];
    const expected = ["/late", "/a", "/b", "/later", "/c", "/d"];
    expect(sorted([[...log, ...more]], 5)).toEqual(expected);
    expect(
      sorted(
        [...log, ...more].map((request) => [request]),
        5,
      ),
    ).toEqual(expected);
  });

  test("are left as they are where there is no window", () => {
    const log = [logged(START + 2000, "/a"), logged(START, "/b")];
    expect(sorted([log], 0)).toEqual(["/a", "/b"]);
  });

  test("are held in bounded number, however many there are of one second", () => {
    const inOrder = new InOrder(3600);
    let held = 0;
    let most = 0;
    for (let part = 0; part < 30; part++) {
      const batch = Array.from({ length: 10_000 }, (_, index) =>
        logged(START + part * 10 + (index % 7), "/a"),
      );
      held += batch.length - inOrder.take(batch).length;
      most = Math.max(most, held);
    }
    expect(most).toBeLessThanOrEqual(110_000);
    expect(inOrder.rest()).toHaveLength(held);
  });
});
