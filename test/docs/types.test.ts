/** What a reader copies from docs into src/cache-rules.ts, the editor does not underline. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { ROOT } from "../../scripts/tools.ts";
import { blocksOf, page } from "../recipes/support.ts";

const RULES = join(ROOT, "src/rules");
const CONFIG = {
  extends: join(ROOT, "tsconfig.node.json"),
  compilerOptions: { typeRoots: [join(ROOT, "node_modules/@types")] },
  include: ["*.ts"],
};

/** A block as a module; one that is a rule by itself gets its type. */
function moduleOf(code: string): string {
  return code.includes("defineRules")
    ? code.replace("./rules/", `${RULES}/`)
    : `import type { RuleInput } from "${RULES}/input/rules.ts";\nexport const rule: RuleInput = ${code};\n`;
}

test("every block has the types of the rules file", async () => {
  const directory = await mkdtemp(join(tmpdir(), "selvedge-docs-"));
  try {
    await writeFile(join(directory, "tsconfig.json"), JSON.stringify(CONFIG));
    for (const name of ["rules", "recipes"]) {
      const blocks = blocksOf(page(`${name}.md`)).filter(({ language }) => language === "ts");
      expect(blocks.length).toBeGreaterThan(10);
      for (const { code, line } of blocks)
        await writeFile(join(directory, `${name}-${line}.ts`), moduleOf(code));
    }
    expect(await complaints(directory)).toEqual([]);
  } finally {
    await rm(directory, { recursive: true });
  }
});

/** What tsc says of the blocks, and not of what they import. */
async function complaints(directory: string): Promise<readonly string[]> {
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, "--pretty", "false"], {
    cwd: directory,
  }).catch((error: { readonly stdout: string }) => error);
  return stdout.split("\n").filter((line) => /^(?:rules|recipes)-\d+\.ts|^error/.test(line));
}
