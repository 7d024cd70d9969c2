/** `npm run dev`: the Worker under wrangler's local runtime, in front of the demo origin or of your own API. */
import { startDemoOrigin } from "../examples/demo-origin.ts";
import { DEV_HELP, type DevOptions, readDevOptions } from "./dev-options.ts";
import { checkRules, isPortFree } from "./tools.ts";
import { readDeployment, rulesWarnings } from "./warnings.ts";
import { startWranglerDev, type WranglerDev } from "./wrangler-dev.ts";

const FIRST_PORT = 8787;

let wrangler: WranglerDev | null = null;
let isStopping = false;

await run(readOptions());

async function run(options: DevOptions): Promise<void> {
  if (options.help) quit(0, DEV_HELP);
  const refusal = await checkRules();
  if (refusal) quit(1, `src/cache-rules.ts is refused. ${refusal}`);
  // What is stored locally stays stored, whatever addresses the deployed Worker will have.
  for (const line of await rulesWarnings({ ...readDeployment(), workersDev: false })) console.warn(line);
  const port = await choosePort(options.port);
  if (options.origin) await warnIfSilent(options.origin);
  const demo = options.origin ? null : await startDemoOrigin();
  const origin = demo?.url ?? String(options.origin).replace(/\/$/, "");
  const onReady = () =>
    console.log(header({ url: `http://localhost:${port}`, origin, isDemo: demo !== null }));
  wrangler = startWranglerDev({ port, origin, onReady, onLine: (line) => console.log(line), onEnd });
  stopWithParent();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop(0));
}

function onEnd(exitCode: number | null): void {
  console.error(`wrangler dev has ended by itself (exit code ${exitCode}).`);
  void stop(1);
}

/** npm passes signals to the shell between it and this process, and that one dies without passing them on. */
function stopWithParent(): void {
  if (!process.env["npm_lifecycle_event"]) return;
  const parent = process.ppid;
  const watch = () => process.ppid !== parent && void stop(0);
  setInterval(watch, 200).unref();
}

async function stop(exitCode: number): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  await wrangler?.stop();
  process.exit(exitCode);
}

function readOptions(): DevOptions {
  try {
    return readDevOptions(process.argv.slice(2));
  } catch (error) {
    const [firstSentence] = (error as Error).message.split(". ");
    return quit(2, `${firstSentence} (npm run dev -- --help lists the options)`);
  }
}

async function choosePort(wanted: number | null): Promise<number> {
  if (wanted !== null) return (await isPortFree(wanted)) ? wanted : quit(1, `Port ${wanted} is in use.`);
  for (let port = FIRST_PORT; port < FIRST_PORT + 100; port++) if (await isPortFree(port)) return port;
  return quit(1, `No port from ${FIRST_PORT} to ${FIRST_PORT + 99} is free; name one with --port.`);
}

async function warnIfSilent(origin: URL): Promise<void> {
  try {
    const answer = await fetch(origin, { redirect: "manual", signal: AbortSignal.timeout(3000) });
    await answer.body?.cancel();
  } catch (error) {
    const { name, cause } = error as Error & { cause?: { code?: string } };
    const reason = name === "TimeoutError" ? "nothing within 3 s" : (cause?.code ?? name);
    console.log(`\n  Note: ${origin.origin} does not answer (${reason}). Going on; it may come up later.`);
  }
}

function header({ url, origin, isDemo }: { url: string; origin: string; isDemo: boolean }): string {
  const tries = isDemo
    ? [
        `curl -i '${url}/products?page=1'                       # twice: a miss, then a hit`,
        `curl -i -H 'Accept-Language: de' ${url}/blog           # a variant of its own`,
        `curl -i -X PUT -d '{"price": 99}' ${url}/products/1    # makes the stored copy invalid`,
      ]
    : [
        `curl -i ${url}/            # twice; Cache-Status says what happened, and why`,
        `curl -I ${url}/            # the header fields alone`,
        `curl -i -X POST ${url}/    # a write always goes to your API`,
      ];
  return [
    "",
    `  selvedge  ${url}/  in front of ${isDemo ? `the demo API (${origin})` : origin}`,
    "",
    ...tries.map((line) => `  ${line}`),
    "",
    "  Rules: src/cache-rules.ts, taken up when you save it. Secrets: .dev.vars, read at the start. Ctrl-C stops.",
    "",
  ].join("\n");
}

function quit(exitCode: number, message: string): never {
  (exitCode === 0 ? console.log : console.error)(message);
  process.exit(exitCode);
}
