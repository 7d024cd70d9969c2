import { json } from "itty-router";
import { problemWith } from "../http/problem.ts";
import type { Call, Controlled, Route } from "./call.ts";
import { DESCRIBED, readDescribed } from "./described.ts";
import { EXPLAINED, explain } from "./explain.ts";
import { INSPECTED, inspect } from "./inspect.ts";
import { openApi } from "./openapi.ts";
import { isControlPath } from "./path.ts";
import { purgeRoutes } from "./purge-routes.ts";
import { ruleRoutes } from "./rule-routes.ts";
import { PURGE_STATE, STATS } from "./stats.ts";
import { warmRoute } from "./warm-route.ts";

/** All routes of the control API. */
export function routesOf(controlled: Controlled): readonly Route[] {
  const routes: Route[] = [
    ...stateRoutes(controlled),
    ...ruleRoutes(controlled.rules),
    ...purgeRoutes(controlled),
    warmRoute(controlled),
    ...requestRoutes(controlled),
  ];
  const described: Route = {
    method: "GET",
    path: "/openapi.json",
    role: "read",
    summary: "This description (OpenAPI 3.1)",
    answers: { 200: { type: "object" } },
    handle: () => json(openApi([...routes, described], controlled.config.controlPrefix)),
  };
  return [...routes, described];
}

/** How the isolate that is asked is doing. */
function stateRoutes({ rules, purges, statistics }: Controlled): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/health",
      role: "read",
      summary: "Whether the Worker runs, and what it knows of purges",
      answers: { 200: HEALTH },
      handle: ({ occasion }) =>
        json({ status: "ok", rules: rules.rules.length, purges: purges.state(occasion.now) }),
    },
    {
      method: "GET",
      path: "/stats",
      role: "read",
      summary: "What the isolate that is asked has counted since it began",
      answers: { 200: STATS },
      handle: ({ occasion }) => json(statistics(occasion.now)),
    },
  ];
}

/** What is asked about a request that is described. */
function requestRoutes(controlled: Controlled): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/explain",
      role: "read",
      summary: "What would be done with a request, and why; nothing is fetched",
      query: DESCRIBED,
      answers: { 200: EXPLAINED },
      handle: (call) => aboutRequest(explain, call, controlled),
    },
    {
      method: "GET",
      path: "/inspect",
      role: "read",
      summary: "What is stored for an address: by variant and tier, how fresh, under which tags",
      query: DESCRIBED,
      answers: { 200: INSPECTED },
      handle: (call) => aboutRequest(inspect, call, controlled),
    },
  ];
}

async function aboutRequest(
  tell: typeof explain,
  { url, occasion }: Call,
  controlled: Controlled,
): Promise<Response> {
  const described = readDescribed(url.searchParams, url.origin);
  if (described.kind === "malformed") return problemWith(400, described.complaint, "malformed");
  if (isControlPath(described.head.url.pathname, controlled.config.controlPrefix)) {
    return problemWith(400, "url: the control API's own; allowed: what clients ask for", "malformed");
  }
  return json(await tell(described.head, controlled, occasion));
}

const HEALTH = {
  type: "object",
  required: ["status", "rules", "purges"],
  properties: {
    status: { const: "ok" },
    rules: { type: "integer", description: "How many rules there are." },
    purges: PURGE_STATE,
  },
};
