import type { Route } from "./call.ts";

/** RFC 9457, as all errors here are. */
const PROBLEM = {
  type: "object",
  required: ["type", "title", "status", "detail", "code"],
  properties: {
    type: { const: "about:blank" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string", description: "What was wrong, where, and what is allowed." },
    code: { type: "string" },
  },
};

/** The OpenAPI 3.1 document of the routes. */
export function openApi(routes: readonly Route[], prefix: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = prefix + route.path;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "selvedge control API", version: "1" },
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
      schemas: { Problem: PROBLEM },
    },
  };
}

function operationOf({ summary, role, query, body, answers }: Route): object {
  return {
    summary,
    description: `Takes the role ${role}.`,
    ...(query && {
      parameters: Object.entries(query).map(([name, schema]) => ({ name, in: "query", schema })),
    }),
    ...(body && { requestBody: { required: true, content: { "application/json": { schema: body } } } }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, schema]) => [status, success(schema)])),
      default: {
        description: "An error",
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    },
  };
}

function success(schema: object): object {
  return { description: "Done", content: { "application/json": { schema } } };
}
