/** Reads with a body: one copy for each question, and writes remain writes. */
import { describe, expect, test } from "vitest";
import type { ClientRequest } from "../support/client.ts";
import { eventually, outcomeOf, stage } from "../support/stage.ts";
import { SECRET } from "../support/tokens.ts";

const LIMIT = 1_000;
const { ask, path, received } = stage({
  rules: {
    rules: [
      {
        name: "graphql",
        match: { path: "/graphql/*" },
        key: { body: { methods: ["POST"], maxBytes: LIMIT } },
      },
      {
        name: "own",
        match: { path: "/own/*" },
        scope: "user",
        key: { body: { methods: ["POST"] } },
      },
    ],
  },
  vars: { SELVEDGE_SECRET: SECRET },
});

const HOUR = { "Cache-Control": "max-age=3600" };

function asking(body: string, headers: Record<string, string | readonly string[]> = {}): ClientRequest {
  return { method: "POST", body, headers: { "Content-Type": "application/json", ...headers } };
}

/** Asks until the answer is stored. */
async function stored(target: string, request: ClientRequest): Promise<void> {
  await ask(target, request);
  await eventually(async () => /^hit|^stale/.test(outcomeOf(await ask(target, request))));
}

describe.concurrent("a POST that reads", () => {
  test("is answered from the copy of the same body, and of no other", async () => {
    const target = path("/graphql", { headers: HOUR });
    await stored(target, asking('{"query":"a"}'));
    const answers = [
      await ask(target, asking('{"query":"a"}')),
      await ask(target, asking('{"query":"b"}')),
      await ask(target, asking('{"query":"a"}', { "Content-Type": "application/graphql" })),
      await ask(target, { headers: { "Content-Type": "application/json" } }),
    ];
    expect(answers.map(({ body }) => body)).toEqual(["answer 1", "answer 2", "answer 3", "answer 4"]);
    const bodies = received(target).map((request) => [request.method, request.body]);
    expect(bodies).toEqual([
      ["POST", '{"query":"a"}'],
      ["POST", '{"query":"b"}'],
      ["POST", '{"query":"a"}'],
      ["GET", ""],
    ]);
    expect(received(target)[0]?.headers).toMatchObject({
      "content-type": "application/json",
      "content-length": "13",
    });
  });

  test("is one question however it is sent", async () => {
    const target = path("/graphql", { headers: HOUR });
    await stored(target, asking('{"query":"a"}'));
    const chunked = asking('{"query":"a"}', { "Transfer-Encoding": "chunked" });
    expect(outcomeOf(await ask(target, chunked))).toBe("hit");
  });

  test.each([{}, { "Transfer-Encoding": "chunked" }])(
    "that is too long reaches the origin whole (%j)",
    async (headers) => {
      // An answer before the body has arrived would end the request.
      const target = path("/graphql", (request, response) => request.on("end", () => response.end("whole")));
      const body = Array.from({ length: 40_000 }, (_, index) => `${index},`).join("");
      for (let count = 0; count < 2; count++) {
        const answer = await ask(target, asking(body, headers));
        expect([answer.body, outcomeOf(answer)]).toEqual(["whole", "body-too-large"]);
      }
      expect(received(target).map((request) => request.body === body)).toEqual([true, true]);
    },
  );

  test("is kept up to the limit, and passes above it", async () => {
    const target = path("/graphql", { headers: HOUR });
    await stored(target, asking("x".repeat(LIMIT)));
    const passed = await ask(target, asking("x".repeat(LIMIT + 1)));
    expect(passed.headers["cache-status"]).toMatch(/;fwd=bypass;.*;detail=body-too-large$/);
  });

  test("is asked again with its body behind a stale answer", async () => {
    const headers = { "Cache-Control": "max-age=60, stale-while-revalidate=600", Age: "100" };
    const target = path("/graphql", { headers }, { headers: HOUR, body: "refreshed" });
    await ask(target, asking('{"query":"a"}'));
    await eventually(async () => (await ask(target, asking('{"query":"a"}'))).body === "refreshed");
    expect(received(target).map(({ method, body }) => [method, body])).toEqual(
      Array(2).fill(["POST", '{"query":"a"}']),
    );
  });

  test("of several at once asks once", async () => {
    const target = path("/graphql", { headers: HOUR, delayMs: 200 });
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(target, asking('{"query":"a"}'))));
    expect(answers.map(({ body }) => body)).toEqual(Array(5).fill("answer 1"));
    expect(received(target)).toHaveLength(1);
  });

  test("does not invalidate what other questions have brought", async () => {
    const target = path("/graphql", { headers: HOUR });
    await stored(target, asking('{"query":"a"}'));
    await ask(target, asking('{"query":"b"}'));
    expect(outcomeOf(await ask(target, asking('{"query":"a"}')))).toBe("hit");
  });

  test("is invalidated by a write to its path", async () => {
    const target = path("/graphql", { headers: HOUR });
    await stored(target, asking('{"query":"a"}'));
    await ask(target, { method: "PUT", body: "x" });
    expect((await ask(target, asking('{"query":"a"}'))).body).toBe("answer 3");
  });

  test("cannot be made something else by a field that is not in the key", async () => {
    const target = path("/graphql", { headers: HOUR });
    await ask(
      target,
      asking('{"query":"a"}', { "X-HTTP-Method-Override": "DELETE", "X-HTTP-Method": "PUT" }),
    );
    const [request] = received(target);
    expect(Object.keys(request?.headers ?? {}).filter((name) => name.includes("method"))).toEqual([]);
  });

  test("is each user's own where the rule says so", async () => {
    const target = path("/own", { headers: HOUR });
    await stored(target, asking("{}", { Authorization: "Bearer ann" }));
    const answers = [
      await ask(target, asking("{}", { Authorization: "Bearer bob" })),
      await ask(target, asking("{}", { Authorization: "Bearer ann" })),
      await ask(target, asking("{}")),
    ];
    expect(answers.map(({ body }) => body)).toEqual(["answer 2", "answer 1", "answer 3"]);
    expect(outcomeOf(answers[2] as (typeof answers)[0])).toBe("no-identity");
  });
});

describe.concurrent("a POST on a route that does not read by it", () => {
  test("writes, and invalidates what is stored for its path", async () => {
    const target = path("/items", { headers: HOUR });
    await ask(target);
    await eventually(async () => outcomeOf(await ask(target)) === "hit");
    expect(outcomeOf(await ask(target, asking("{}")))).toBe("method-unsafe");
    expect((await ask(target)).body).toBe("answer 3");
  });
});
