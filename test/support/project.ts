/** A copy of the project, whose files a test may change. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../scripts/tools.ts";

export interface ProjectCopy {
  readonly directory: string;
  /** Writes src/cache-rules.ts, with this list of rules in it. */
  setRules(rules: string): void;
  remove(): void;
}

const PARTS = ["src", "scripts", "examples", "package.json", "tsconfig.json", "wrangler.toml"];

export function copyProject(): ProjectCopy {
  const directory = mkdtempSync(join(tmpdir(), "selvedge-project-"));
  for (const part of PARTS) cpSync(join(ROOT, part), join(directory, part), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(directory, "node_modules"));
  mkdirSync(join(directory, "test/worker"), { recursive: true });
  return {
    directory,
    setRules: (rules) => {
      const file = `import { defineRules } from "./rules/rule.ts";\nexport default defineRules({ rules: ${rules} });\n`;
      writeFileSync(join(directory, "src/cache-rules.ts"), file);
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
