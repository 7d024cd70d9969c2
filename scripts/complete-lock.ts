/**
 * Run after a dependency was changed: `node scripts/complete-lock.ts`.
 *
 * npm writes into package-lock.json only those optional packages that the registry in use could deliver, and
 * `npm ci` then refuses the file for the rest. This adds what is missing: the version that the dependent asks
 * for and the platform that the package's name says, so that `npm ci` installs it there and skips it elsewhere.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./tools.ts";

interface LockedPackage {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  resolved?: string;
}

const SYSTEMS: Readonly<Record<string, string>> = { windows: "win32", win32: "win32", darwin: "darwin" };
const PROCESSORS: Readonly<Record<string, string>> = { "64": "x64" };

const path = join(ROOT, "package-lock.json");
const lock = JSON.parse(readFileSync(path, "utf8")) as { packages: Record<string, LockedPackage> };
const missing = Object.values(lock.packages).flatMap(({ optionalDependencies = {} }) =>
  Object.entries(optionalDependencies).filter(([name]) => !(`node_modules/${name}` in lock.packages)),
);
for (const [name, version] of missing) lock.packages[`node_modules/${name}`] = entryOf(name, version);
for (const entry of Object.values(lock.packages)) delete entry.resolved;
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${missing.length} packages added to package-lock.json`);

// The names end as `<system>-<processor>`, with `-musl` behind where the C library matters.
function entryOf(name: string, version: string): LockedPackage & Record<string, unknown> {
  const words = name.split(/[-/]/);
  const isMusl = words.at(-1) === "musl";
  const [system = "", processor = ""] = words.slice(isMusl ? -3 : -2);
  return {
    version,
    cpu: [PROCESSORS[processor] ?? processor],
    dev: true,
    ...(isMusl ? { libc: ["musl"] } : {}),
    optional: true,
    os: [SYSTEMS[system] ?? system],
  };
}
