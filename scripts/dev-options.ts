import { parseArgs } from "node:util";

export const DEV_HELP = `npm run dev -- [options]

  --origin URL   put selvedge in front of this API (default: an embedded demo API)
  --port N       listen on 127.0.0.1:N (default: 8787, or the next free port)
  --help         show this`;

export interface DevOptions {
  readonly help: boolean;
  readonly origin: URL | null;
  readonly port: number | null;
}

/** Throws an Error whose message is one line for the person who typed the arguments. */
export function readDevOptions(args: readonly string[]): DevOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { origin: { type: "string" }, port: { type: "string" }, help: { type: "boolean", short: "h" } },
  });
  // npm keeps options that stand before "--" for itself, and passes on what belongs to them.
  if (positionals[0] !== undefined)
    throw new Error(
      `found "${positionals[0]}" and no option; behind "--" they reach it: npm run dev -- --origin http://localhost:5000`,
    );
  return { help: values.help ?? false, origin: readOrigin(values.origin), port: readPort(values.port) };
}

function readOrigin(value: string | undefined): URL | null {
  if (value === undefined) return null;
  const url = URL.parse(value);
  if (url && (url.protocol === "http:" || url.protocol === "https:")) return url;
  throw new Error(`--origin has to be a URL such as http://localhost:5000, not "${value}"`);
}

function readPort(value: string | undefined): number | null {
  if (value === undefined) return null;
  const port = Number(value);
  if (/^\d+$/.test(value) && port >= 1 && port <= 65535) return port;
  throw new Error(`--port has to be a number from 1 to 65535, not "${value}"`);
}
