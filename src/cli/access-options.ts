import { type Command, Option } from "commander";
import { parseAddress } from "./address.ts";
import type { Access } from "./control-client.ts";
import { Failure } from "./failure.ts";

/** What --at, --token and --prefix say, or the environment. */
export interface AccessOptions {
  readonly at?: string;
  readonly token?: string;
  readonly prefix: string;
}

/** Adds the options of commands that speak with a deployed Worker. */
export function withAccess(command: Command): Command {
  return command
    .addOption(new Option("--at <url>", "where the Worker answers").env("SELVEDGE_URL"))
    .addOption(new Option("--token <token>", "a token of its control API").env("SELVEDGE_TOKEN"))
    .addOption(
      new Option("--prefix <path>", "what its control routes begin with")
        .env("SELVEDGE_PREFIX")
        .default("/__selvedge"),
    );
}

/** Throws a Failure that says which of them is missing or wrong. */
export function accessOf({ at, token, prefix }: AccessOptions): Access {
  const url = urlOf(at);
  if (token === undefined || token === "")
    throw new Failure("a token is needed: set SELVEDGE_TOKEN, or give --token");
  // It is not shown: it is a secret.
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new Failure(
      "--token: found a blank, a line end or what is not ASCII in it; allowed: the token alone",
    );
  if (!/^\/[\w\-.~/]+$/.test(prefix))
    throw new Failure(`--prefix: found ${JSON.stringify(prefix)}; allowed: a path, such as /__selvedge`);
  return { at: url.origin, token, prefix: prefix.replace(/\/+$/, "") };
}

/** The address of a deployed Worker. */
export function urlOf(at: string | undefined): URL {
  if (at === undefined || at === "")
    throw new Failure("an address is needed: set SELVEDGE_URL, or give --at");
  return parseAddress("--at", at);
}
