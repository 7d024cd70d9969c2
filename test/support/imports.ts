/** A source file: its path below src, with "/" between folders, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Who may import whom. Keys and values are areas: a folder, a file of src itself without its ending, or a
 * file or folder within a folder that has a rule of its own. What has no key may import nothing.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  http: ["http"],
  cache: ["cache", "http"],
  rules: ["rules", "cache/types", "cache/policy", "http", "errors"],
  "rules/input": ["rules/input"],
  "rules/shape": ["rules/shape", "errors"],
  // What serves traffic: without the code that tells mistakes from rules.
  "rules/match": [
    "rules/match",
    "rules/policy/templates",
    "rules/rule",
    "cache/types",
    "cache/policy",
    "http",
  ],
  "rules/lint": [
    ...["rules/lint", "rules/match", "rules/policy", "rules/rule"],
    ...["cache/types", "cache/policy", "cache/request/request-fields"],
  ],
  "purge/purge": ["cache/types", "purge/purge-instants"],
  "purge/purge-instants": [],
  purge: ["purge", "cache/types", "http", "errors", "within"],
  store: ["store", "cache/types", "http", "within"],
  "store/select": ["store", "cache", "http"],
  "store/keep": ["store", "cache"],
  proxy: ["proxy", "cache", "rules", "purge", "store", "http", "config", "errors", "within"],
  control: ["cache", "rules", "purge", "store", "http", "control", "config", "errors", "within"],
  cli: ["cli", "rules", "cache", "http", "errors", "control/described"],
  config: ["errors", "rules", "control/tokens"],
  bindings: ["config", "errors", "rules"],
  "cache-rules": ["rules"],
};

/** What puts the parts together may import all of them. */
const WIRING = new Set(["worker", "index", "edge-cache", "open-control"]);

/** The packages that an area may use; all else is our own or the platform's. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  http: /^isbot$/,
  control: /^itty-router$/,
  rules: /^ipaddr\.js$/,
  proxy: /^jose$/,
  cli: /^(?:node:|(?:commander|@streamparser\/json|cli-table3|cli-progress|@clack\/prompts|package\.json)$)/,
  purge: /^cloudflare:workers$/,
  worker: /^cloudflare:workers$/,
};

const PURE = new Set(["http", "cache", "rules", "purge/purge", "purge/purge-instants"]);

const IMPURITIES: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["Date.now", /\bDate\s*\.\s*now\b/],
  ["new Date()", /\bnew\s+Date\s*(?:\(\s*\)|(?!\s*\())/],
  ["Date()", /(?<!new\s+)\bDate\s*\(\s*\)/],
  ["Math.random", /\bMath\s*\.\s*random\b/],
  ["performance", /\bperformance\b/],
  ["timer", /\bset(?:Timeout|Interval)\b/],
  ["crypto", /\bcrypto\b/],
  ["fetch", /\bfetch\s*\(/],
  ["caches", /\bcaches\s*[.[]/],
  ["console", /\bconsole\b/],
  ["env", /\benv\b/],
  ["async", /\basync\b/],
  ["await", /\bawait\b/],
];

const LONGEST_FILE = 250;

/** Every import that the rules forbid, as "a.ts -> b.ts". */
export function forbiddenEdges(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) =>
    importsOf(file)
      .filter((target) => !mayImport(file.path, target))
      .map((target) => `${file.path} -> ${target}`),
  );
}

/** Every clock, chance, platform object or wait in the parts that must be pure, as "a.ts: what". */
export function impurities(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter((file) => PURE.has(areaOf(file.path)) || PURE.has(topOf(file.path)))
    .flatMap((file) => {
      const code = withoutComments(file.text, '""');
      return IMPURITIES.filter(([, pattern]) => pattern.test(code)).map(([name]) => `${file.path}: ${name}`);
    });
}

/** Every file of more than 250 lines, as "a.ts: lines". */
export function longFiles(files: readonly SourceFile[]): readonly string[] {
  return files
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split("\n").length }))
    .filter(({ lines }) => lines > LONGEST_FILE)
    .map(({ path, lines }) => `${path}: ${lines}`);
}

function mayImport(path: string, target: string): boolean {
  const area = areaOf(path);
  if (!target.endsWith(".ts")) return PACKAGES[area]?.test(target) ?? false;
  const targetArea = areaOf(target);
  if (targetArea === "worker") return false;
  // What runs on an operator's machine has no business in the Worker.
  if (targetArea === "cli") return area === "cli";
  if (WIRING.has(area)) return true;
  return (ALLOWED[area] ?? []).some(
    (allowed) => target === `${allowed}.ts` || target.startsWith(`${allowed}/`),
  );
}

/** The rule that a file falls under: its own, or that of the nearest folder that has one. */
function areaOf(path: string): string {
  let area = path.replace(/\.ts$/, "");
  while (!(area in ALLOWED) && area.includes("/")) area = area.slice(0, area.lastIndexOf("/"));
  return area;
}

function topOf(path: string): string {
  return path.split("/", 1)[0] ?? path;
}

const IMPORT = /\b(?:import|export)\b[^"';]*?\bfrom\s*["']([^"']+)["']|\bimport\s*\(?\s*["']([^"']+)["']/g;

/** What a file imports: packages by name, our own files by their path below src. */
function importsOf({ path, text }: SourceFile): readonly string[] {
  const specifiers = [...withoutComments(text).matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? "");
  return specifiers.map((specifier) => (specifier.startsWith(".") ? resolve(path, specifier) : specifier));
}

function resolve(path: string, specifier: string): string {
  return new URL(specifier, `file:///${path}`).pathname.slice(1);
}

const STRING_OR_COMMENT = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;

/** The text without comments; `string`, where given, stands for every quoted string. */
function withoutComments(text: string, string?: string): string {
  return text.replace(STRING_OR_COMMENT, (_, quoted?: string) =>
    quoted === undefined ? " " : (string ?? quoted),
  );
}
