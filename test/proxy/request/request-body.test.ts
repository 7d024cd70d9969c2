/** Reads with a body: what is the same question, and that a long one reaches the origin whole. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readBody } from "../../../src/proxy/request/request-body.ts";

interface Sent {
  readonly method?: string;
  readonly type?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

const URL = "https://api.example.com/graphql";
const JSON_TYPE = "application/json";

function sending(
  body: BodyInit | null,
  { method = "POST", type = JSON_TYPE, fields = {} }: Sent = {},
): Request {
  const headers = { "Content-Type": type, ...fields };
  return new Request(URL, { method, body, headers, ...{ duplex: "half" } });
}

function streamOf(chunks: readonly string[], error?: Error): ReadableStream<Uint8Array> {
  const left = chunks.map((chunk) => new TextEncoder().encode(chunk));
  return new ReadableStream({
    pull(controller) {
      const chunk = left.shift();
      if (chunk) controller.enqueue(chunk);
      else if (error) controller.error(error);
      else controller.close();
    },
  });
}

async function hashOf(body: BodyInit | null, sent?: Sent): Promise<string> {
  const read = await readBody(sending(body, sent), 1_000);
  if (read.kind !== "hashed") throw new Error(read.kind);
  return read.hash;
}

describe("the hash of a body", () => {
  it("is the same however it was cut up, and the bytes are what was sent", async () => {
    const read = await readBody(sending(streamOf(["{query", "", ":1}"])), 1_000);
    expect(read).toMatchObject({ kind: "hashed", hash: await hashOf("{query:1}") });
    expect(read.kind === "hashed" && new TextDecoder().decode(read.bytes)).toBe("{query:1}");
  });

  it("is one also where there is none", async () => {
    expect(await hashOf(null)).toBe(await hashOf(""));
  });

  it.each<[name: string, a: Sent, b: Sent]>([
    ["the method", { method: "POST" }, { method: "QUERY" }],
    ["Content-Type", { type: "application/json" }, { type: "application/graphql" }],
    ["a parameter of it", { type: "a/b;charset=utf-8" }, { type: "a/b;charset=latin1" }],
    [
      "a boundary's case",
      { type: "multipart/form-data;boundary=A" },
      { type: "multipart/form-data;boundary=a" },
    ],
    ["Content-Encoding", {}, { fields: { "Content-Encoding": "gzip" } }],
    ["Content-Language", { fields: { "Content-Language": "de" } }, { fields: { "Content-Language": "en" } }],
  ])("differs by %s", async (_, a, b) => {
    expect(await hashOf("{}", a)).not.toBe(await hashOf("{}", b));
  });

  it.each([
    ["application/json;charset=utf-8", "Application/JSON; charset=UTF-8"],
    ["application/json", "application/json;"],
  ])("RFC 9110 §8.3.1: %s is %s", async (a, b) => {
    expect(await hashOf("{}", { type: a })).toBe(await hashOf("{}", { type: b }));
  });

  it("does not let a type pass for a body", async () => {
    const text = fc.string({ unit: fc.constantFrom("a", '"', "]", ",", "/", ";"), maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(text, text, text, text, async (typeA, bodyA, typeB, bodyB) => {
        fc.pre(bodyA !== bodyB);
        return (
          (await hashOf(bodyA, { type: `a/${typeA}` })) !== (await hashOf(bodyB, { type: `a/${typeB}` }))
        );
      }),
    );
  });
});

describe("a body that is too long", () => {
  it.each([
    [
      "by what Content-Length announces",
      () => sending("x".repeat(11), { fields: { "Content-Length": "11" } }),
    ],
    ["in one piece", () => sending(streamOf(["x".repeat(11)]))],
    ["in pieces", () => sending(streamOf(["xxxxx", "xxxxx", "x"]))],
  ])("%s is passed on whole", async (_, request) => {
    const read = await readBody(request(), 10);
    if (read.kind !== "too-long") throw new Error(read.kind);
    expect(await new Response(read.body).text()).toBe("x".repeat(11));
  });

  it("at its limit is not", async () => {
    expect(await readBody(sending(streamOf(["xxxxx", "xxxxx"])), 10)).toMatchObject({ kind: "hashed" });
  });

  it("is read no further than it has to be", async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulled++;
          controller.enqueue(new Uint8Array(5));
        },
      },
      { highWaterMark: 0 },
    );
    const read = await readBody(sending(endless), 10);
    expect([read.kind, pulled]).toEqual(["too-long", 3]);
  });
});

describe("a body that the client breaks off", () => {
  it("is no body", async () => {
    await expect(readBody(sending(streamOf(["{"], new Error("gone"))), 10)).rejects.toThrow("gone");
  });

  it("is none either once it is passed on", async () => {
    const read = await readBody(sending(streamOf(["xxxxxx", "xxxxxx"], new Error("gone"))), 10);
    if (read.kind !== "too-long") throw new Error(read.kind);
    await expect(new Response(read.body).text()).rejects.toThrow("gone");
  });
});
