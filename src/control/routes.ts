import { json } from "itty-router";
import { problemWith } from "../http/problem.ts";
import type { Controlled, Route } from "./call.ts";
import { readDescribed } from "./described.ts";
import { explain } from "./explain.ts";
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
    {
      method: "GET",
      path: "/explain",
      role: "read",
      summary: "What would be done with a request, and why; nothing is fetched",
      query: {
        url: { type: "string", description: "An address, or a path of this host." },
        method: { type: "string", default: "GET" },
        header: { type: "string", description: "`Name: value`, as often as needed." },
      },
      answers: { 200: EXPLAINED },
      handle: async ({ url, occasion }) => {
        const described = readDescribed(url.searchParams, url.origin);
        if (described.kind === "malformed") return problemWith(400, described.complaint, "malformed");
        return json(await explain(described.head, controlled, occasion));
      },
    },
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

const DECISION = {
  type: "object",
  required: ["kind"],
  properties: {
    kind: { type: "string" },
    reason: { type: "string", description: "As in Cache-Status and the log." },
    section: { type: "string", description: 'Of the specification that says so, or "rule".' },
    text: { type: "string" },
  },
};

const EXPLAINED = {
  type: "object",
  required: ["request", "rule", "rulesBefore", "plan"],
  properties: {
    request: { type: "object" },
    rule: { type: ["string", "null"] },
    rulesBefore: { type: "array", items: { type: "object", required: ["index", "name", "whyNot"] } },
    plan: DECISION,
    key: { type: "object", required: ["uri", "key"] },
    canonical: {
      type: "object",
      description: "What the key and the origin see otherwise than the client wrote it.",
    },
    stored: { type: ["object", "null"] },
    invalidatedAt: { type: ["string", "null"] },
    purge: { type: ["object", "null"] },
    decision: DECISION,
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
