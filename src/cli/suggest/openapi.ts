import { newRoute, type RouteFacts } from "./route-facts.ts";
import { isCredential, namesUser } from "./suspicion.ts";

const METHODS = ["get", "head", "post", "put", "patch", "delete", "options"];

/** The routes of an OpenAPI document, 3 or 2, as JSON; null where the text is none. */
export function readOpenApi(text: string): readonly (readonly [pattern: string, facts: RouteFacts])[] | null {
  const document = parsed(text);
  if (!isObject(document) || !isObject(document["paths"])) return null;
  if (!("openapi" in document) && !("swagger" in document)) return null;
  const base = basePathOf(document);
  return Object.entries(document["paths"]).flatMap(([path, item]) => {
    if (!path.startsWith("/") || !isObject(item)) return [];
    const facts = factsOf(item, document);
    // A path without parameters is an address that can be asked for.
    if (facts.methods.has("GET") && !path.includes("{")) facts.example = base + path;
    return [[base + patternOf(path), facts] as const];
  });
}

type Json = Readonly<Record<string, unknown>>;

function factsOf(item: Json, document: Json): RouteFacts {
  const facts = newRoute();
  for (const method of METHODS) {
    const operation = item[method];
    if (!isObject(operation)) continue;
    facts.methods.set(method.toUpperCase(), 1);
    facts.requests += 1;
    if (method !== "get") continue;
    const parameters = [...listOf(item["parameters"]), ...listOf(operation["parameters"])].filter(isObject);
    for (const { name, in: place } of parameters) {
      if (place === "query" && typeof name === "string") facts.parameters.add(name);
    }
    if (parameters.some(saysWho) || isSecured(operation["security"] ?? document["security"]))
      facts.isSecured = true;
  }
  return facts;
}

function saysWho({ name, in: place }: Json): boolean {
  if (place === "cookie") return true;
  if (typeof name !== "string") return false;
  return place === "query" ? namesUser(name) : place === "header" && isCredential(name.toLowerCase());
}

// An empty requirement among them lets anybody in, and may answer who has credentials otherwise all the same.
function isSecured(security: unknown): boolean {
  return listOf(security).some((requirement) => isObject(requirement) && Object.keys(requirement).length > 0);
}

function patternOf(path: string): string {
  const segments = path.split("/").map((segment) => {
    const name = /^\{([A-Za-z_]\w*)\}$/.exec(segment)?.[1];
    if (name !== undefined) return `:${name}`;
    // Part of a segment, or a name that a pattern cannot have.
    return segment.includes("{") ? "*" : segment.replace(/[\\:*?+()]/g, "\\$&");
  });
  return segments.join("/");
}

function basePathOf(document: Json): string {
  const [server] = listOf(document["servers"]).filter(isObject);
  const url =
    typeof server?.["url"] === "string" ? URL.parse(server["url"], "https://api.example.com") : null;
  const path = url?.pathname ?? document["basePath"];
  return typeof path === "string" && path !== "/" ? path.replace(/\/$/, "") : "";
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
