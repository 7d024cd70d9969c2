import { existsSync } from "node:fs";
import { rename, rm, stat, writeFile } from "node:fs/promises";
import { Failure } from "../failure.ts";

export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/** Writes all of them, or leaves everything as it was and throws a Failure. */
export async function writeFiles(files: readonly NewFile[]): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const { path } of files) await refuseFolder(path);
    for (const { path, text } of files) {
      undo.push(() => rm(beside(path, "new"), { force: true }));
      await writeFile(beside(path, "new"), text);
    }
    for (const { path } of files) await putInPlace(path, undo);
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw new Failure(`nothing was written: ${(error as Error).message}`);
  }
  for (const { path } of files) await rm(beside(path, "old"), { force: true });
}

async function refuseFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) throw new Error(`${path} is a folder`);
}

async function putInPlace(path: string, undo: (() => Promise<void>)[]): Promise<void> {
  if (existsSync(path)) {
    await rename(path, beside(path, "old"));
    undo.push(() => rename(beside(path, "old"), path));
  }
  await rename(beside(path, "new"), path);
  undo.push(() => rm(path));
}

function beside(path: string, what: "new" | "old"): string {
  return `${path}.${process.pid}.${what}`;
}
