/** What ends a command, in words for the person who typed it; never with a stack trace. */
export class Failure extends Error {
  override name = "Failure";
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = ExitCode.usage) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** What a command ends with. */
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** What a command may end with. */
export const ExitCode = {
  /** It was done, and nothing is wrong. */
  fine: 0,
  /** It was done, and something is wrong: a mistake in the rules, a finding, an address that failed. */
  found: 1,
  /** It could not be done: an argument, a file or a host is not as it has to be. */
  usage: 2,
} as const;

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  EACCES: "it may not be read by this user",
};

/** Why a file cannot be read, in a few words. */
export function whyUnreadable(error: unknown): string {
  const { code = "", message } = error as { readonly code?: string; readonly message: string };
  return WORDS[code] ?? message;
}
