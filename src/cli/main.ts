#!/usr/bin/env node
import { nodeTooOld } from "./node-version.ts";

// Before anything is loaded: an older Node cannot even read all of it.
const complaint = nodeTooOld(process.versions.node);
if (complaint !== null) {
  process.stderr.write(`${complaint}\n`);
  process.exit(2);
}
const { run } = await import("./program.ts");

// Node has something to say of how a rules file is loaded, which is nothing that its author has to do.
if (process.env["SELVEDGE_DEBUG"] === undefined) process.removeAllListeners("warning");

// Whoever reads has enough, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  process.stderr.write(`selvedge: standard output: ${error.message}\n`);
  process.exit(2);
});

process.exitCode = await run(process.argv.slice(2));
