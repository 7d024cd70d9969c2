import { existsSync } from "node:fs";
import { relative } from "node:path";
import { Command, Option } from "commander";
import { addressBelow, parseAddress } from "../address.ts";
import { type Visited, visit } from "../doctor/visit.ts";
import { Failure } from "../failure.ts";
import { filesOf, isCheckout, type Project } from "../init/project-files.ts";
import { type Answers, completed, confirmed } from "../init/questions.ts";
import type { Probed } from "../init/rules-text.ts";
import type { Context } from "../program.ts";
import { json, styled, type Terminal } from "../terminal.ts";
import { writeFiles } from "../write-files.ts";

interface Options {
  readonly origin?: string;
  readonly domain?: string;
  readonly name: string;
  readonly path: readonly string[];
  readonly probe: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `init`. */
export function initCommand({ terminal }: Context): Command {
  return new Command("init")
    .description("writes wrangler.toml and the rules, by what the origin's headers say")
    .option("--origin <url>", "the address of the API behind the cache; asked for on a terminal")
    .option("--domain <host>", "the host to answer on, whose zone is in your Cloudflare account")
    .option("--name <name>", "the Worker's name", "selvedge")
    .addOption(new Option("--path <path...>", "paths of the API to look at").default(["/"], "/"))
    .option("--no-probe", "do not ask the origin anything")
    .option("--force", "overwrite what is there")
    .option("--json", "print what was written as JSON")
    .action((options: Options) => init(options, terminal));
}

async function init(options: Options, terminal: Terminal): Promise<void> {
  const asks = terminal.isTerminal && process.stdin.isTTY === true && !options.json;
  const { origin, domain } = parsed(await completed(options, asks));
  const urls = urlsOf(options.path, origin);
  const directory = process.cwd();
  const project: Project = { directory, name: parsedName(options.name), origin, domain, probed: [] };
  const written = filesOf(project).map(({ path }) => relative(directory, path));
  if (!options.force) await refuseOverwriting(written.filter(existsSync), asks);
  await writeFiles(filesOf({ ...project, probed: options.probe ? await probe(urls, origin) : [] }));
  const next = nextCommands(project);
  if (options.json) terminal.print(json({ written, next }));
  else
    terminal.print([...written.map((path) => styled("green", `written: ${path}`)), "", ...next].join("\n"));
}

function parsed({ origin, domain }: Answers): { readonly origin: URL; readonly domain: string | null } {
  const url = parseAddress("--origin", origin);
  if (url.search !== "" || url.hash !== "" || url.username !== "")
    throw new Failure(
      `--origin: found ${JSON.stringify(origin)}; allowed: an address without "?", "#" and "@"`,
    );
  if (domain === null) return { origin: url, domain };
  if (!/^(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}$/i.test(domain))
    throw new Failure(`--domain: found ${JSON.stringify(domain)}; allowed: a host, such as api.example.com`);
  if (domain.toLowerCase() === url.hostname)
    throw new Failure(
      "--domain: it is the origin's own host, which would be a loop; give the origin another",
    );
  return { origin: url, domain: domain.toLowerCase() };
}

function parsedName(name: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) return name;
  throw new Failure(`--name: found ${JSON.stringify(name)}; allowed: lower-case letters, digits and "-"`);
}

const MOST_PATHS = 20;

function urlsOf(paths: readonly string[], origin: URL): readonly URL[] {
  if (paths.length > MOST_PATHS)
    throw new Failure(`--path: found ${paths.length}; allowed: at most ${MOST_PATHS}`);
  const urls = paths.map((path) => urlOfPath(path, origin));
  return urls.filter((url, index) => urls.findIndex(({ pathname }) => pathname === url.pathname) === index);
}

function urlOfPath(path: string, origin: URL): URL {
  const url = path.startsWith("/") ? URL.parse(path, origin.origin) : null;
  if (url !== null && url.origin === origin.origin) return url;
  throw new Failure(`--path: found ${JSON.stringify(path)}; allowed: a path, such as /products`);
}

async function probe(urls: readonly URL[], origin: URL): Promise<readonly Probed[]> {
  const probed: Probed[] = [];
  // One after the other: the origin is not to be hurried.
  for (const url of urls) {
    const answer = reached(await visit(addressBelow(url, origin)), origin);
    probed.push({ path: url.pathname, answer });
  }
  return probed;
}

function reached(visited: Visited, origin: URL): Probed["answer"] {
  if (!("failure" in visited)) return visited;
  throw new Failure(`${origin.origin} does not answer: ${visited.failure} (--no-probe goes on without it)`);
}

async function refuseOverwriting(there: readonly string[], asks: boolean): Promise<void> {
  if (there.length === 0) return;
  if (asks && (await confirmed(`Overwrite ${there.join(" and ")}?`))) return;
  throw new Failure(`${there.join(" and ")}: there already; nothing was written (--force overwrites)`);
}

function nextCommands({ directory, origin }: Project): readonly string[] {
  if (isCheckout(directory))
    return [`try it:     npm run dev -- --origin ${origin.href}`, "deploy it:  npm run deploy"];
  return [
    "check it:   npx selvedge check cache-rules.ts",
    "try it:     npx wrangler dev",
    "deploy it:  npx wrangler deploy",
  ];
}
