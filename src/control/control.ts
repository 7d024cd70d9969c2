import { AutoRouter, json } from "itty-router";
import { problemWith } from "../http/problem.ts";
import type { RuleSet } from "../rules/rule.ts";
import { isAuthorized } from "./auth.ts";
import { CONTROL_PREFIX } from "./path.ts";

/** The control API: answers every request below its prefix, and none without the token (404 where none is set). */
export type Control = (request: Request, token: string | null) => Promise<Response>;

export function createControl(rules: RuleSet): Control {
  const router = AutoRouter({
    base: CONTROL_PREFIX,
    missing: () => problemWith(404, "no such control route", "not-found"),
  });
  router.get("/health", () => json({ status: "ok", rules: rules.rules.length }));
  router.get("/rules", () => json(rules.rules.map(({ name }, index) => ({ index, name }))));
  return async (request, token) => uncached(await route(request, token));

  async function route(request: Request, token: string | null): Promise<Response> {
    if (token === null) return problemWith(404, "not found", "not-found");
    if (!(await isAuthorized(request, token))) return unauthorized();
    return router.fetch(request);
  }
}

function unauthorized(): Response {
  const response = problemWith(401, "the bearer token is missing or wrong", "unauthorized");
  response.headers.set("www-authenticate", "Bearer");
  return response;
}

function uncached(response: Response): Response {
  response.headers.set("cache-control", "no-store");
  return response;
}
