import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { type AccessOptions, accessOf, withAccess } from "../access-options.ts";
import { type Access, linesFrom } from "../control-client.ts";
import { ExitCode, Failure, whyUnreadable } from "../failure.ts";
import { type Field, parseHeader, wholeNumber } from "../parse.ts";
import type { Context } from "../program.ts";
import { type Progress, startProgress } from "../progress.ts";
import { styled } from "../terminal.ts";

interface Options extends AccessOptions {
  readonly sitemap?: string;
  readonly from?: string;
  readonly header?: readonly Field[];
  readonly concurrency: number;
  readonly limit: number;
  readonly json?: boolean;
}

/** A line of the control API's answer (docs/control.md): of one address, or, at the end, of a call. */
type Line = Warmed | Summary;

interface Warmed {
  readonly url: string;
  readonly status?: number;
  readonly error?: string;
  readonly outcome?: string;
}

interface Summary {
  readonly requests: number;
  readonly failed: number;
  readonly elsewhere: number;
  /** Where the next call has to go on, or null. */
  readonly next: number | null;
}

/** `warm`: exits 1 where an address has failed. */
export function warmCommand(context: Context): Command {
  const command = new Command("warm")
    .description("asks for addresses, so that they are stored in the data centre that answers")
    .argument("[url...]", "addresses or paths of the Worker's host")
    .option("--sitemap <url>", "where more are listed")
    .option("--from <file>", "a file with one address a line")
    .option(
      "--header <field>",
      'a field to ask with, such as "Accept-Language: de"; may be repeated',
      parseHeader,
    )
    .option("--concurrency <number>", "requests under way at once, 1 to 6", wholeNumber(1, 6), 3)
    .option(
      "--limit <number>",
      "requests of one call at most; 8 on the free plan",
      wholeNumber(1, 1000),
      1000,
    )
    .option("--json", "print a line of JSON for each address");
  return withAccess(command).action((urls: string[], options: Options) => warmAll(urls, options, context));
}

async function warmAll(
  given: readonly string[],
  options: Options,
  { terminal, end }: Context,
): Promise<void> {
  const access = accessOf(options);
  const urls = [...given, ...(await listedIn(options.from))];
  if (urls.length === 0 && options.sitemap === undefined) {
    throw new Failure("nothing to ask for; allowed: addresses, --from, --sitemap");
  }
  const progress = startProgress("addresses", urls.length);
  const tell = (warmed: Warmed) => {
    if (options.json) terminal.print(JSON.stringify(warmed));
    else if (hasFailed(warmed))
      terminal.print(`${styled("red", "failed")}  ${warmed.url}  ${warmed.error ?? warmed.status}`);
  };
  const sum = await inCalls(access, bodyOf(urls, options), progress, tell).finally(progress.stop);
  if (options.json) terminal.print(JSON.stringify(sum));
  else terminal.print(textOf(sum));
  if (sum.failed > 0) end(ExitCode.found);
}

/** As many calls as it takes: each asks for so many addresses at most. */
async function inCalls(
  access: Access,
  body: object,
  progress: Progress,
  tell: (warmed: Warmed) => void,
): Promise<Summary> {
  const sum = { requests: 0, failed: 0, elsewhere: 0, next: null };
  for (let from: number | null = 0; from !== null; ) {
    const summary: Summary = await oneCall(access, { ...body, from }, progress, tell);
    sum.requests += summary.requests;
    sum.failed += summary.failed;
    sum.elsewhere = Math.max(sum.elsewhere, summary.elsewhere);
    from = summary.next;
  }
  return sum;
}

async function oneCall(
  access: Access,
  body: object,
  progress: Progress,
  tell: (warmed: Warmed) => void,
): Promise<Summary> {
  for await (const line of linesFrom(access, "/warm", body) as AsyncGenerator<Line>) {
    if ("requests" in line) return line;
    progress.advance();
    tell(line);
  }
  throw new Failure(
    `${access.at} broke off before it was done; what it has stored stays stored`,
    ExitCode.found,
  );
}

function bodyOf(urls: readonly string[], { sitemap, header, concurrency, limit }: Options): object {
  return {
    ...(urls.length > 0 && { urls }),
    ...(sitemap !== undefined && { sitemap }),
    ...(header !== undefined && { headers: [Object.fromEntries(header)] }),
    ...{ concurrency, limit },
  };
}

async function listedIn(path: string | undefined): Promise<readonly string[]> {
  if (path === undefined) return [];
  const text = await readFile(path, "utf8").catch((error) => {
    throw new Failure(`--from ${path}: ${whyUnreadable(error)}`);
  });
  if (/[\0\uFFFD]/.test(text))
    throw new Failure(`--from ${path}: this is no list: it has bytes that are no text`);
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

function hasFailed({ error, status }: Warmed): boolean {
  return error !== undefined || (status ?? 0) >= 400;
}

function textOf({ requests, failed, elsewhere }: Summary): string {
  const others = elsewhere === 0 ? "" : `, ${elsewhere} of other hosts left out`;
  const word = failed === 0 ? styled("green", "none failed") : styled("red", `${failed} failed`);
  return `${requests} asked for, ${word}${others}`;
}
