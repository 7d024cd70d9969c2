import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Plugin } from "esbuild";
import { ROOT } from "../../scripts/tools.ts";

const SUPPORT = JSON.stringify(join(ROOT, "test/worker/broken.ts"));
const OPERATORS = /^(?:cli|control)\/|^cache-rules\.ts$/;

/**
 * Has every exported function and every method of a class in src ask test/worker/broken.ts whether it is to fail. What
 * serves the operator alone (the command line, the control API) is left out.
 */
export const breakableModules: Plugin = {
  name: "breakable-modules",
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/, namespace: "file" }, async ({ path }) => {
      const file = relative(join(ROOT, "src"), path);
      if (OPERATORS.test(file)) return null;
      const source = await readFile(path, "utf8");
      return { contents: `${source}\n${additions(source, file)}`, loader: "ts" };
    });
  },
};

// A function's name is a variable: all that call it call what it is last set to. Biome's format has these at the margin.
function additions(source: string, file: string): string {
  const functions = [...source.matchAll(/^export (?:async )?function\*? (\w+)/gm)].map(
    ([, name]) => `${name} = breakable("${file}#${name}", ${name});`,
  );
  const classes = [...source.matchAll(/^(?:export )?class (\w+)/gm)].map(
    ([, name]) => `makeBreakable("${file}#${name}", ${name});`,
  );
  const lines = [...new Set([...functions, ...classes])];
  if (lines.length === 0) return "";
  return [`import { breakable, makeBreakable } from ${SUPPORT};`, ...lines].join("\n");
}
