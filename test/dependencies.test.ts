/** What the project depends on is little, pinned, free to use, and runs nothing when it is installed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../scripts/tools.ts";

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly cpu?: readonly string[];
  readonly optional?: boolean;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const manifest: Manifest = JSON.parse(read("package.json"));
const locked: Readonly<Record<string, Locked>> = JSON.parse(read("package-lock.json")).packages;
const installed = Object.entries(locked).filter(([path]) => path !== "");
const nameOf = (path: string) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);

/** Licences under which what is deployed may be passed on with no more than a notice. */
const PERMISSIVE = new Set(["MIT", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "Unlicense"]);

describe("what is deployed", () => {
  const deployed = installed.filter(([, { dev }]) => dev !== true);

  test("is few packages", () => {
    expect(deployed.length).toBeLessThanOrEqual(12);
  });

  test.each(deployed)("%s may be passed on", (_, { license = "none" }) => {
    expect(PERMISSIVE).toContain(license);
  });
});

describe("what is installed", () => {
  const all = { ...manifest.dependencies, ...manifest.devDependencies };

  test.each(Object.entries(all))("%s has one exact version: %s", (_, version) => {
    expect(version).toMatch(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/);
  });

  test.each(Object.keys(all))("%s has its reason in docs/decisions/dependencies.md", (name) => {
    expect(read("docs/decisions/dependencies.md")).toContain(`\`${name}\``);
  });

  test("runs no script but those that were looked at", () => {
    const running = installed.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    const allowed = Object.keys(manifest.allowScripts);
    expect(running.map(([path]) => nameOf(path)).filter((name) => !allowed.includes(name))).toEqual([]);
  });

  // Tools for other systems have none where the registry in use could not deliver them (scripts/complete-lock.ts).
  test("is what was locked", () => {
    const strange = installed.filter(
      ([, { integrity, cpu, optional }]) =>
        !integrity?.startsWith("sha512-") && !(optional === true && cpu !== undefined),
    );
    expect(strange.map(([path]) => path)).toEqual([]);
  });
});
