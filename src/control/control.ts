import { type IRequest, IttyRouter } from "itty-router";
import { problemWith } from "../http/problem.ts";
import { Attempts, whoAsks } from "./auth.ts";
import type { Call, Controlled, Route } from "./call.ts";
import { routesOf } from "./routes.ts";
import { may } from "./tokens.ts";

/** Answers every request below the control prefix: 404 to all where no token is configured. */
export type Control = (
  request: Request,
  url: URL,
  waitUntil: (work: Promise<unknown>) => void,
) => Promise<Response>;

export function createControl(controlled: Controlled): Control {
  const { config, clock } = controlled;
  const attempts = new Attempts();
  const answer = routerOf(routesOf(controlled), config.controlPrefix);

  async function route(
    request: Request,
    url: URL,
    waitUntil: (work: Promise<unknown>) => void,
  ): Promise<Response> {
    if (config.controlTokens.length === 0) return problemWith(404, "not found", "not-found");
    const by = await whoAsks(request, config.controlTokens);
    const now = clock();
    if (by === null) return unauthorized(attempts.failed(clientOf(request), now));
    return answer({ request, url, by, occasion: { now, origin: url.origin, waitUntil } });
  }

  return async (request, url, waitUntil) => {
    const response = await route(request, url, waitUntil);
    response.headers.set("cache-control", "no-store");
    return request.method === "HEAD" ? new Response(null, response) : response;
  };
}

function clientOf(request: Request): string {
  return request.headers.get("cf-connecting-ip") ?? "unknown";
}

function unauthorized(retryAfterSeconds: number | null): Response {
  if (retryAfterSeconds !== null) {
    const response = problemWith(429, "too many attempts with a missing or wrong token", "too-many-attempts");
    response.headers.set("retry-after", String(retryAfterSeconds));
    return response;
  }
  const response = problemWith(401, "the bearer token is missing or wrong", "unauthorized");
  response.headers.set("www-authenticate", "Bearer");
  return response;
}

function routerOf(routes: readonly Route[], prefix: string): (call: Call) => Promise<Response> {
  const router = IttyRouter<IRequest, [Call]>({ base: prefix });
  for (const route of routes) {
    const handle = (_: IRequest, call: Call) =>
      may(call.by.role, route.role) ? route.handle(call) : forbidden(route);
    if (route.method === "GET") router.get(route.path, handle);
    else router.post(route.path, handle);
  }
  return async (call) => {
    try {
      const answer: Response | undefined = await router.fetch(asGet(call.request), call);
      return answer ?? missing(call.url.pathname, routes, prefix);
    } catch (error) {
      console.error(`control failed: ${error instanceof Error ? error.stack : String(error)}`);
      return problemWith(500, "the control API failed; the log says why", "internal");
    }
  };
}

// RFC 9110 §9.3.2: HEAD is answered as GET is, without the content.
function asGet(request: Request): Request {
  return request.method === "HEAD" ? new Request(request, { method: "GET" }) : request;
}

function forbidden({ role }: Route): Response {
  return problemWith(403, `this takes a token with the role ${role}`, "forbidden");
}

function missing(path: string, routes: readonly Route[], prefix: string): Response {
  const methods = routes.filter((route) => prefix + route.path === path).map(({ method }) => method);
  if (methods.length === 0) return problemWith(404, "no such control route", "not-found");
  const response = problemWith(405, `allowed: ${methods.join(", ")}`, "method-not-allowed");
  response.headers.set("allow", methods.join(", "));
  return response;
}
