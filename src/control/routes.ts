import { json } from "itty-router";
import type { Controlled, Route } from "./call.ts";
import { openApi } from "./openapi.ts";
import { purgeRoutes } from "./purge-routes.ts";

/** All routes of the control API. */
export function routesOf(controlled: Controlled): readonly Route[] {
  const { rules, config } = controlled;
  const routes: Route[] = [
    {
      method: "GET",
      path: "/health",
      role: "read",
      summary: "Whether the Worker runs, and what it knows of purges",
      answers: { 200: HEALTH },
      handle: ({ occasion }) =>
        json({ status: "ok", rules: rules.rules.length, purges: controlled.purges.state(occasion.now) }),
    },
    {
      method: "GET",
      path: "/rules",
      role: "read",
      summary: "The rules that were deployed, in the order in which they are tried",
      answers: { 200: RULES },
      handle: () =>
        json(rules.rules.map(({ name, policy }, index) => ({ index, name, action: policy.action }))),
    },
    ...purgeRoutes(controlled),
  ];
  const described: Route = {
    method: "GET",
    path: "/openapi.json",
    role: "read",
    summary: "This description (OpenAPI 3.1)",
    answers: { 200: { type: "object" } },
    handle: () => json(openApi([...routes, described], config.controlPrefix)),
  };
  return [...routes, described];
}

const HEALTH = {
  type: "object",
  required: ["status", "rules", "purges"],
  properties: {
    status: { const: "ok" },
    rules: { type: "integer", description: "How many rules there are." },
    purges: {
      type: "object",
      required: ["mode", "known", "sequence", "ageMs", "facts", "failures", "lastError"],
      properties: {
        mode: { enum: ["log", "data-centre"] },
        known: {
          type: "boolean",
          description: "False: what was stored before this isolate began counts as stale.",
        },
        sequence: { type: "integer" },
        ageMs: { type: ["integer", "null"], description: "How old this isolate's knowledge is." },
        facts: { type: "integer" },
        failures: { type: "integer", description: "Attempts to ask the log that failed in a row." },
        lastError: { type: ["string", "null"] },
      },
    },
  },
};

const RULES = {
  type: "array",
  items: {
    type: "object",
    required: ["index", "name", "action"],
    properties: { index: { type: "integer" }, name: { type: "string" }, action: { enum: ["cache", "pass"] } },
  },
};
