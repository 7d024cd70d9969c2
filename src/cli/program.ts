import { Command, CommanderError } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { COMMANDS } from "./commands/index.ts";
import { ExitCode, Failure } from "./failure.ts";
import { PROCESS, type Terminal } from "./terminal.ts";

/** What every command is given. */
export interface Context {
  readonly terminal: Terminal;
  /** Says what the command ends with, where that is not `fine`. */
  readonly end: (exitCode: ExitCode) => void;
}

/** Runs the command line with these arguments, and resolves to what it ends with. Never rejects. */
export async function run(args: readonly string[], terminal: Terminal = PROCESS): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.fine;
  const end = (code: ExitCode) => {
    exitCode = code;
  };
  try {
    await programOf({ terminal, end }).parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    return endOf(error, terminal);
  }
}

/** The whole command line. Its help is what docs/cli.md is checked against. */
export function programOf(context: Context): Command {
  const program = new Command("selvedge")
    .description(
      "An HTTP cache for APIs: know what it will do before it is deployed, and see and undo what it did.",
    )
    .version(manifest.version, "--version", "say which version this is")
    .showHelpAfterError("(--help lists what there is)")
    .enablePositionalOptions();
  for (const make of COMMANDS) program.addCommand(make(context));
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => context.terminal.print(text.trimEnd()),
      writeErr: (text) => context.terminal.tell(text.trimEnd()),
    });
  }
  return program;
}

function endOf(error: unknown, terminal: Terminal): ExitCode {
  // Commander has said what it had to.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.fine : ExitCode.usage;
  if (error instanceof Failure) {
    terminal.tell(`selvedge: ${error.message}`);
    return error.exitCode;
  }
  terminal.tell(`selvedge failed, which is a mistake of ours: ${String(error)}`);
  if (process.env["SELVEDGE_DEBUG"] !== undefined) terminal.tell(String((error as Error).stack));
  return ExitCode.usage;
}
