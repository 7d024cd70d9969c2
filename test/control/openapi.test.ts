/** The OpenAPI document is held to what the handlers answer, and they to it. */
import Ajv from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import type { ClientResponse } from "../support/client.ts";
import { eventually, outcomeOf, stage } from "../support/stage.ts";
import { CONTROL_TOKENS, control, TOKENS } from "./support.ts";

const TARGET = "/tagged/1";

const running = stage({
  vars: { CONTROL_TOKENS },
  rules: { rules: [{ name: "tagged", match: { path: "/tagged/*", headers: { "x-a": { matches: "b" } } } }] },
});

const ajv = new Ajv({ strict: false, validateFormats: false });

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string }[];
  readonly requestBody?: { readonly content: { readonly "application/json": { readonly schema: object } } };
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { schema: object }>> }>
  >;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: { readonly Problem: object } };
}

/** One request for each operation, or more, whose answers cover what it may say. */
const SAMPLES: Readonly<Record<string, readonly (readonly [path: string, body?: object])[]>> = {
  "get /health": [["/health"]],
  "get /stats": [["/stats"]],
  "get /rules": [["/rules"], ["/rules?name=tagged"]],
  "get /explain": [
    [`/explain?url=${TARGET}&header=x-a:b`],
    ["/explain?url=/new"],
    ["/explain?url=/&method=POST"],
  ],
  "get /inspect": [
    [`/inspect?url=${TARGET}&header=x-a:b`],
    ["/inspect?url=/new"],
    ["/inspect?url=/&method=POST"],
  ],
  "get /purges": [["/purges"], ["/purges?limit=1&before=2"]],
  "get /openapi.json": [["/openapi.json"]],
  "post /purge": [["/purge", { tags: ["a"], urls: ["/b"], soft: true }]],
  "post /warm": [["/warm", { urls: [TARGET, "/missing"], headers: [{ "x-a": "b" }] }]],
};

/** Bodies that the schema and the handler must both refuse. */
const REFUSED: Readonly<Record<string, readonly object[]>> = {
  "post /purge": [
    {},
    { tags: "a" },
    { tags: [1] },
    { tag: ["a"] },
    { everything: false },
    { tags: ["a"], soft: 1 },
  ],
  "post /warm": [
    {},
    { urls: "/a" },
    { urls: ["/a"], limit: 0 },
    { urls: ["/a"], headers: [{ a: 1 }] },
    { url: ["/a"] },
  ],
};

async function documented(): Promise<Document> {
  return JSON.parse((await control(running.worker.url, "/openapi.json")).body);
}

function ask(operation: string, path: string, body?: object): Promise<ClientResponse> {
  const method = operation.split(" ", 1)[0]?.toUpperCase() ?? "";
  return control(running.worker.url, path, { method, ...(body && { body: JSON.stringify(body) }) });
}

/** The values in an answer: one, or one a line. */
function valuesOf({ headers, body }: ClientResponse): readonly unknown[] {
  const isLines = headers["content-type"] === "application/x-ndjson";
  return (isLines ? body.trimEnd().split("\n") : [body]).map((text) => JSON.parse(text));
}

function operationsOf({ paths }: Document): ReadonlyMap<string, Operation> {
  return new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [
        `${method} ${path.replace("/__selvedge", "")}`,
        operation,
      ]),
    ),
  );
}

describe("the OpenAPI document", () => {
  test("has a sample here for each operation, and no name twice", async () => {
    const document = await documented();
    expect(document.openapi).toMatch(/^3\.1\./);
    const operations = operationsOf(document);
    expect([...operations.keys()].sort()).toEqual(Object.keys(SAMPLES).sort());
    const names = Array.from(operations.values(), ({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(Object.keys(SAMPLES))("%s answers as described", async (operation) => {
    running.script(TARGET, { headers: { "Cache-Control": "max-age=3600", Vary: "Accept" } });
    running.script("/missing", { status: 404 });
    await eventually(async () => outcomeOf(await running.ask(TARGET, { headers: { "x-a": "b" } })) === "hit");
    const described = operationsOf(await documented()).get(operation);
    for (const [path, body] of SAMPLES[operation] ?? []) {
      const answer = await ask(operation, path, body);
      const [mediaType = ""] = (answer.headers["content-type"] ?? "").split(";");
      const schema = described?.responses[answer.status]?.content[mediaType]?.schema;
      expect([answer.status, schema], path).toEqual([200, expect.any(Object)]);
      if (body !== undefined) {
        const wanted = described?.requestBody?.content["application/json"].schema ?? false;
        expect(ajv.validate(wanted, body), ajv.errorsText()).toBe(true);
      }
      for (const value of valuesOf(answer))
        expect(ajv.validate(schema ?? false, value), `${path}: ${ajv.errorsText()}`).toBe(true);
      const parameters = new URL(path, "http://x").searchParams.keys();
      expect(described?.parameters?.map(({ name }) => name) ?? []).toEqual(
        expect.arrayContaining([...parameters]),
      );
    }
  });

  const bodies = Object.entries(REFUSED).flatMap(([operation, all]) =>
    all.map((body) => [operation, body] as const),
  );

  test.each(bodies)("%s refuses what it does not describe: %j", async (operation, body) => {
    const document = await documented();
    const schema = operationsOf(document).get(operation)?.requestBody?.content["application/json"].schema;
    expect(ajv.validate(schema ?? true, body)).toBe(false);
    const answer = await ask(operation, operation.replace("post ", ""), body);
    expect(answer.status).toBe(400);
    expect(ajv.validate(document.components.schemas.Problem, JSON.parse(answer.body))).toBe(true);
  });

  test.each([
    ["401 without a token", "get /rules", "/rules", ""],
    ["403 with another role", "post /purge", "/purge", TOKENS.reader],
    ["405 by another method", "get /rules", "/rules", undefined],
    ["400 with an unknown parameter", "get /rules", "/rules?nmae=x", undefined],
    ["404 for an unknown rule", "get /rules", "/rules?name=taged", undefined],
  ])("describes %s", async (title, operation, path, token) => {
    const status = Number(title.slice(0, 3));
    const method = status === 405 || operation.startsWith("post") ? "POST" : "GET";
    const answer = await control(running.worker.url, path, { method, ...(token !== undefined && { token }) });
    const document = await documented();
    const content = operationsOf(document).get(operation)?.responses[status]?.content ?? {};
    expect([answer.status, Object.keys(content)]).toEqual([status, ["application/problem+json"]]);
    expect(ajv.validate(document.components.schemas.Problem, JSON.parse(answer.body))).toBe(true);
  });
});
