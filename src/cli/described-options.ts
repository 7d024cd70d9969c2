import type { Command } from "commander";
import { type Field, parseHeader } from "./parse.ts";

/** What a request is described by. */
export interface DescribedOptions {
  readonly method: string;
  readonly header?: readonly Field[];
}

/** Adds the argument and the options of commands that are about a request. */
export function withDescribed(command: Command): Command {
  return command
    .argument("<url>", "the address that is asked for, or a path")
    .option("--method <method>", "its method", "GET")
    .option("--header <field>", 'a field of it, such as "Accept-Language: de"; may be repeated', parseHeader);
}

/** The same as the control API's routes take it. */
export function describedQuery(url: string, { method, header = [] }: DescribedOptions): URLSearchParams {
  return new URLSearchParams([
    ["url", url],
    ["method", method],
    ...header.map(([name, value]): [string, string] => ["header", `${name}: ${value}`]),
  ]);
}
