import { readFile, stat } from "node:fs/promises";
import { normalisePath } from "../../http/uri.ts";
import { type LogFormat, type ReadState, readLogs } from "../logs/read.ts";
import { type LoggedRequest, NO_FIELDS } from "../logs/record.ts";
import { readOpenApi } from "./openapi.ts";
import { newTree, routeAt, routesOf } from "./path-tree.ts";
import { observe, type RouteFacts } from "./route-facts.ts";

/** What was looked at, by path pattern. */
export interface Observed {
  readonly routes: readonly (readonly [pattern: string, facts: RouteFacts])[];
  /** Whether it can be replayed: a log, and not a list of addresses or a description. */
  readonly isLog: boolean;
}

const LARGEST_BYTES = 64 * 1024 * 1024;

/** Looks at logs, a HAR, an OpenAPI document, or a list of addresses. */
export async function observeFiles(
  paths: readonly string[],
  format: LogFormat | null,
  state: ReadState,
): Promise<Observed> {
  const [only] = paths;
  if (paths.length === 1 && only !== undefined && only !== "-" && format === null) {
    const described = await describedBy(only);
    if (described !== null) return described;
  }
  const tree = newTree();
  for await (const batch of readLogs(paths, format, state)) {
    for (const request of batch) observeRequest(tree, request);
  }
  return { routes: routesOf(tree), isLog: true };
}

function observeRequest(tree: ReturnType<typeof newTree>, request: LoggedRequest): void {
  const { target } = request;
  const url = URL.parse(target.startsWith("/") ? `https://api.example.com${target}` : target);
  if (url === null || !/^https?:$/.test(url.protocol)) return;
  observe(routeAt(tree, normalisePath(url.pathname)), request, url);
}

/** What a file that is no log says: an OpenAPI document, or a list of addresses; null where it is neither. */
async function describedBy(path: string): Promise<Observed | null> {
  // What is no such file, or none at all, is told by whoever reads it as a log.
  const found = await stat(path).catch(() => null);
  if (!found?.isFile() || found.size > LARGEST_BYTES) return null;
  const text = await readFile(path, "utf8").catch(() => "");
  const routes = text.trimStart().startsWith("{") ? readOpenApi(text) : null;
  if (routes !== null) return { routes, isLog: false };
  const addresses = addressesIn(text);
  if (addresses === null) return null;
  const tree = newTree();
  for (const address of addresses) observeRequest(tree, readOf(address));
  return { routes: routesOf(tree), isLog: false };
}

/** One address or path a line; null where a line is something else. */
function addressesIn(text: string): readonly string[] | null {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const said = lines.filter((line) => line !== "" && !line.startsWith("#"));
  return said.length > 0 && said.every((line) => /^(?:https?:\/\/|\/)\S*$/.test(line)) ? said : null;
}

function readOf(target: string): LoggedRequest {
  return {
    ...{ at: 0, client: null, method: "GET", target, host: null, status: 200, bytes: null },
    ...{ durationSeconds: null, place: null, referer: null, userAgent: null },
    ...{ requestFields: NO_FIELDS, responseFields: NO_FIELDS },
  };
}
