import { type IRequest, IttyRouter } from "itty-router";
import { ConfigError } from "../errors.ts";
import { problemWith } from "../http/problem.ts";
import { whoAsks } from "./auth.ts";
import type { Call, Controlled, Route } from "./call.ts";
import { Attempts, clientOf, isOverLimit } from "./limits.ts";
import { isPlainPath } from "./path.ts";
import { routesOf } from "./routes.ts";
import { may } from "./tokens.ts";
import { cut, didYouMean } from "./words.ts";

/** Answers every request below the control prefix: 404 to all where no token is configured. */
export type Control = (
  request: Request,
  url: URL,
  waitUntil: (work: Promise<unknown>) => void,
) => Promise<Response>;

/** The control API of one isolate. What it answers is never stored. */
export function createControl(controlled: Controlled): Control {
  const { config, clock } = controlled;
  const tokens = config.controlTokens;
  const attempts = new Attempts();
  const answer = routerOf(routesOf(controlled), config.controlPrefix);

  async function route(
    request: Request,
    url: URL,
    waitUntil: (work: Promise<unknown>) => void,
  ): Promise<Response> {
    // Nobody can be let in to be told; the message repeats no secret.
    if (tokens instanceof ConfigError) return problemWith(500, tokens.message, "configuration");
    if (tokens.length === 0 || !isPlainPath(url.pathname, config.controlPrefix)) return notFound();
    const bearer = await whoAsks(request, tokens);
    const now = clock();
    const client = clientOf(request);
    // Even a right token: whoever guesses must not learn from the answer that he has guessed right.
    const blockedSeconds = attempts.blockedFor(client, now);
    if (bearer.kind !== "missing" && blockedSeconds !== null) return tooManyAttempts(blockedSeconds);
    if (bearer.kind === "known") {
      return answer({ request, url, by: bearer.by, occasion: { now, origin: url.origin, waitUntil } });
    }
    if (bearer.kind === "wrong") {
      attempts.failed(client, now);
      if (await isOverLimit(client, config.bindings)) attempts.block(client, now);
    }
    return unauthorized(bearer.kind);
  }

  return async (request, url, waitUntil) => {
    const response = await route(request, url, waitUntil);
    response.headers.set("cache-control", "no-store");
    return request.method === "HEAD" ? new Response(null, response) : response;
  };
}

// The same to all: nobody learns whether there is a control API.
function notFound(): Response {
  return problemWith(404, "there is nothing here", "not-found");
}

function tooManyAttempts(retryAfterSeconds: number): Response {
  const response = problemWith(429, "too many wrong tokens from your address", "too-many-attempts");
  response.headers.set("retry-after", String(retryAfterSeconds));
  return response;
}

// RFC 6750 §3: an error is named only where a token was given.
function unauthorized(why: "wrong" | "missing"): Response {
  const challenge =
    why === "wrong" ? 'Bearer realm="selvedge", error="invalid_token"' : 'Bearer realm="selvedge"';
  const detail = `authorization: the bearer token is ${why}; allowed: "Bearer" and a token`;
  const response = problemWith(401, detail, "unauthorized");
  response.headers.set("www-authenticate", challenge);
  return response;
}

function routerOf(routes: readonly Route[], prefix: string): (call: Call) => Promise<Response> {
  const router = IttyRouter<IRequest, [Call]>({ base: prefix });
  for (const route of routes) {
    const handle = (_: IRequest, call: Call) => answerRoute(route, call);
    if (route.method === "GET") router.get(route.path, handle);
    else router.post(route.path, handle);
  }
  return async (call) => {
    try {
      const answer: Response | undefined = await router.fetch(asGet(call.request), call);
      return answer ?? otherwise(call, routes, prefix);
    } catch (error) {
      console.error(`control failed: ${error instanceof Error ? error.stack : String(error)}`);
      return problemWith(500, "the control API failed; the log says why", "internal");
    }
  };
}

function answerRoute(route: Route, call: Call): Response | Promise<Response> {
  if (!may(call.by.role, route.role)) return forbidden(route, call);
  const complaint = unknownParameter(route, call.url) ?? repeatedParameter(call.url);
  return complaint === null ? route.handle(call) : problemWith(400, complaint, "malformed");
}

function unknownParameter({ query = {} }: Route, { searchParams }: URL): string | null {
  const names = Object.keys(query);
  const unknown = [...searchParams.keys()].find((name) => !names.includes(name));
  if (unknown === undefined) return null;
  const allowed = names.join(", ") || "no parameters";
  return `?${cut(unknown)}: unknown; allowed: ${allowed}${didYouMean(unknown, names)}`;
}

// Of two values one would not count, and nobody be told.
function repeatedParameter({ searchParams }: URL): string | null {
  const repeated = [...searchParams.keys()].find(
    (name) => name !== REPEATABLE && searchParams.getAll(name).length > 1,
  );
  return repeated === undefined ? null : `?${repeated}: twice; allowed: once`;
}

const REPEATABLE = "header";

// RFC 9110 §9.3.2: HEAD is answered as GET is, without the content.
function asGet(request: Request): Request {
  return request.method === "HEAD" ? new Request(request, { method: "GET" }) : request;
}

// RFC 6750 §3.1: the scope that it takes stands in the challenge too.
function forbidden({ role }: Route, { by }: Call): Response {
  const detail = `this takes a token with the role ${role}; that of ${by.name} has the role ${by.role}`;
  const response = problemWith(403, detail, "forbidden");
  response.headers.set(
    "www-authenticate",
    `Bearer realm="selvedge", error="insufficient_scope", scope="${role}"`,
  );
  return response;
}

// Whoever has a token may know what there is.
function noRoute({ pathname }: URL, routes: readonly Route[], prefix: string): Response {
  const found = cut(pathname.slice(prefix.length));
  const paths = routes.map(({ path }) => path);
  const allowed = `${paths.join(", ")}${didYouMean(found, paths)}`;
  return problemWith(404, `found "${found}"; allowed: ${allowed}`, "not-found");
}

/** What no route has answered: another path, another method, or the question which methods there are. */
function otherwise({ request, url }: Call, routes: readonly Route[], prefix: string): Response {
  const methods = routes
    .filter((route) => prefix + route.path === url.pathname)
    .flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  if (methods.length === 0) return noRoute(url, routes, prefix);
  const allow = [...methods, "OPTIONS"].join(", ");
  const isQuestion = request.method === "OPTIONS";
  const response = isQuestion
    ? new Response(null, { status: 204 })
    : problemWith(405, `found ${request.method}; allowed: ${allow}`, "method-not-allowed");
  response.headers.set("allow", allow);
  return response;
}
