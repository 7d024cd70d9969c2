import type { Command } from "commander";
import type { Context } from "../program.ts";
import { checkCommand } from "./check.ts";
import { doctorCommand } from "./doctor.ts";
import { explainCommand } from "./explain.ts";
import { initCommand } from "./init.ts";
import { inspectCommand } from "./inspect.ts";
import { purgeCommand } from "./purge.ts";
import { simulateCommand } from "./simulate.ts";
import { statsCommand } from "./stats.ts";
import { suggestCommand } from "./suggest.ts";
import { tailCommand } from "./tail.ts";
import { warmCommand } from "./warm.ts";

/** All commands, in the order in which help lists them. */
export const COMMANDS: readonly ((context: Context) => Command)[] = [
  initCommand,
  checkCommand,
  explainCommand,
  simulateCommand,
  suggestCommand,
  purgeCommand,
  warmCommand,
  inspectCommand,
  statsCommand,
  tailCommand,
  doctorCommand,
];
