import { constants, existsSync } from "node:fs";
import { access, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Failure } from "./failure.ts";

/** A file that is to be written, whole. */
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

/** Throws a Failure where no file can be written: what is to be in it may take minutes to find out. */
export async function refuseUnwritable(path: string): Promise<void> {
  await refuseFolder(path).catch((error: Error) => {
    throw new Failure(error.message);
  });
  const folder = dirname(resolve(path));
  const isWritable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!isWritable) throw new Failure(`${path}: there is no folder ${folder} that may be written to`);
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
