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

const PROBLEM_CONTENT = {
  "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
};

/** What any request may be answered, whatever its route. */
const ANY_PROBLEM: Readonly<Record<number, string>> = {
  401: "The bearer token is missing or wrong.",
  403: "The token has another role.",
  404: "There is no such route, or no control API at all.",
  405: "The route takes another method; `Allow` names them.",
  429: "Too many wrong tokens from this address; `Retry-After` says for how long nobody is heard.",
  500: "The control API failed, and the log says why; or its tokens have a mistake, and `detail` says which.",
};

const MALFORMED: Readonly<Record<number, string>> = {
  400: "Something is wrong with the request; nothing was done.",
};

const BODY_PROBLEMS: Readonly<Record<number, string>> = {
  413: "The body is longer than 1 MiB.",
  415: "The body is not JSON by its content type.",
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
    info: {
      title: "selvedge control API",
      version: "1",
      description: "Beyond what is listed, HEAD is answered where GET is, and OPTIONS names the methods.",
    },
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
      schemas: { Problem: PROBLEM },
    },
  };
}

function operationOf(route: Route): object {
  const { summary, role, query, body } = route;
  return {
    operationId: operationIdOf(route),
    summary,
    description: `Takes the role ${role}.`,
    ...(query && {
      parameters: Object.entries(query).map(([name, schema]) => ({ name, in: "query", schema })),
    }),
    ...(body && { requestBody: { required: true, content: { "application/json": { schema: body } } } }),
    responses: responsesOf(route),
  };
}

// "getPurges", "getOpenapiJson"
function operationIdOf({ method, path }: Route): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

function responsesOf({ answers, body, problems, mediaType = "application/json" }: Route): object {
  const described = { ...MALFORMED, ...ANY_PROBLEM, ...(body && BODY_PROBLEMS), ...problems };
  const failures = Object.entries(described).map(([status, description]) => [
    status,
    { description, content: PROBLEM_CONTENT },
  ]);
  const successes = Object.entries(answers).map(([status, schema]) => [status, success(schema, mediaType)]);
  return Object.fromEntries([...successes, ...failures]);
}

function success(schema: object, mediaType: string): object {
  return { description: "Done", content: { [mediaType]: { schema } } };
}
