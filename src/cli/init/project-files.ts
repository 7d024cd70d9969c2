import { existsSync } from "node:fs";
import { join } from "node:path";
import type { NewFile } from "../write-files.ts";
import { type Probed, rulesText } from "./rules-text.ts";

/** What a project is made from. */
export interface Project {
  readonly directory: string;
  /** The Worker's name. */
  readonly name: string;
  readonly origin: URL;
  /** The host that it will answer on, or null for a workers.dev address. */
  readonly domain: string | null;
  readonly probed: readonly Probed[];
}

/** A checkout of selvedge builds its own Worker; any other project has selvedge as a package. */
export function isCheckout(directory: string): boolean {
  return existsSync(join(directory, "src/rules/rule.ts")) && existsSync(join(directory, "src/worker.ts"));
}

/** The files of a project, none of which is written yet. */
export function filesOf(project: Project): readonly NewFile[] {
  const { directory, origin, probed } = project;
  const inDirectory = (path: string, text: string) => ({ path: join(directory, path), text });
  if (isCheckout(directory)) {
    return [
      inDirectory("wrangler.toml", wranglerText(project, CHECKOUT)),
      inDirectory("src/cache-rules.ts", rulesText(origin, probed, "./rules/rule.ts")),
    ];
  }
  return [
    inDirectory("wrangler.toml", wranglerText(project, PACKAGE)),
    inDirectory("cache-rules.ts", rulesText(origin, probed, "selvedge")),
    inDirectory("worker.ts", WORKER),
  ];
}

const PACKAGE_NAME = JSON.stringify("selvedge");

const WORKER = `import { createEdgeCache } from ${PACKAGE_NAME};
import rules from "./cache-rules.ts";

// The platform looks for Durable Objects among what the entry exports.
export { PurgeLog } from ${PACKAGE_NAME};

export default createEdgeCache(rules);
`;

interface Layout {
  readonly main: string;
  /** What is said besides, before the first table and behind the last. */
  readonly top: string;
  readonly end: string;
}

const PACKAGE: Layout = { main: "worker.ts", top: "", end: "" };

const CHECKOUT: Layout = {
  main: "dist/worker.js",
  top: `no_bundle = true
find_additional_modules = true
rules = [{ type = "ESModule", globs = ["*.js"] }]
upload_source_maps = true
`,
  end: `
[build]
command = "npm run --silent build"
watch_dir = "src"
`,
};

const COMPATIBILITY_DATE = "2026-11-17";

function wranglerText({ name, origin, domain }: Project, { main, top, end }: Layout): string {
  const address = origin.href.replace(/\/$/, "");
  return `name = ${quoted(name)}
main = ${quoted(main)}
compatibility_date = ${quoted(COMPATIBILITY_DATE)}
${top}
${routesText(domain)}
preview_urls = false

[vars]
# The address of the API behind the cache.
ORIGIN = ${quoted(address)}
# How long it may take to answer; after that the client gets 504 or a stale copy.
ORIGIN_TIMEOUT = "20s"
# One line per request: "json", "pretty" or "off".
LOG = "json"

# Where every data centre learns purges from.
[exports.PurgeLog]
type = "durable-object"
storage = "sqlite"

[[durable_objects.bindings]]
name = "PURGE_LOG"
class_name = "PurgeLog"
${end}
[observability]
enabled = true
`;
}

function routesText(domain: string | null): string {
  if (domain !== null)
    return `# Its zone must be in your Cloudflare account; the DNS record and the certificate are made for you.
routes = [{ pattern = ${quoted(domain)}, custom_domain = true }]
workers_dev = false`;
  return `# The hostname to answer on. Until there is one, the Cache API has no effect, and nothing stays stored.
# routes = [{ pattern = "api.example.com", custom_domain = true }]
workers_dev = true`;
}

// What JSON says of a text, TOML says too.
function quoted(text: string): string {
  return JSON.stringify(text);
}
