/**
 * Starts the Worker in workerd, as wrangler.toml describes it and bundled as it is deployed, on a real port.
 *
 * This is plain Miniflare and not wrangler's `createTestHarness`, because that one sends the Worker's
 * requests to the origin through the `fetch` of Node, which decompresses bodies, drops `Content-Length` and
 * follows redirects of its own accord. Here workerd talks to the origin itself, as in production.
 */
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { inject } from "vitest";
import { unstable_getMiniflareWorkerOptions } from "wrangler";
import { ROOT } from "../../scripts/tools.ts";
import type { RulesInput } from "../../src/rules/input/rules.ts";
import { defineRules } from "../../src/rules/rule.ts";
import type { EntryName } from "./bundle.ts";

export interface StartOptions {
  /** URL of the origin, such as `http://127.0.0.1:5000`. */
  readonly origin: string;
  /** Overrides of [vars] in wrangler.toml. */
  readonly vars?: Readonly<Record<string, string>>;
  /** In place of src/cache-rules.ts. */
  readonly rules?: RulesInput;
  /** Which of the bundled Workers. Default: the deployed one, or the one that takes rules. */
  readonly entry?: EntryName;
  /** What `request.cf` says. Default: nothing. */
  readonly cf?: Readonly<Record<string, unknown>>;
  /** Further options of Miniflare for this Worker, such as `ratelimits` and `serviceBindings`. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** What the runtime may tell of because the tests bring it about, besides what it may always tell of. */
  readonly broughtAbout?: RegExp;
}

export interface RunningWorker {
  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  readonly url: string;
  /** What the Worker printed so far, one item per call of the console. */
  readonly logs: readonly string[];
  close(): Promise<void>;
}

/** Every Worker has an empty cache of its own. */
export async function startWorker({
  origin,
  vars,
  rules,
  entry = rules ? "worker-with-rules" : "worker",
  cf,
  options,
  broughtAbout = /^$/,
}: StartOptions): Promise<RunningWorker> {
  // Mistakes in the rules are told here by name, not by a Worker that answers 500.
  if (rules) defineRules(rules);
  const bundle = inject("bundle");
  if ("error" in bundle) throw new Error(`The Worker does not build:\n${bundle.error}`);
  const { modulesRoot, modules } = bundle.workers[entry];
  const logs: string[] = [];
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(ROOT, "wrangler.toml"));
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      cf: cf ?? false,
      handleStructuredLogs: ({ message }) => logs.push(message),
      workers: [
        {
          ...workerOptions,
          // Routes would keep requests for 127.0.0.1 from the Worker.
          routes: [],
          // Typed as unknown by wrangler; these are the [vars] of wrangler.toml.
          bindings: {
            ...(workerOptions["bindings"] as object),
            ORIGIN: origin,
            ...vars,
            ...(rules && { RULES: rules }),
          },
          ...options,
          modulesRoot,
          modules: [...modules],
        },
      ],
    }),
  );
  const { origin: url } = await miniflare.ready;
  return {
    url,
    logs,
    close: async () => {
      await miniflare.dispose();
      refuseUnhandled(logs.filter((line) => !broughtAbout.test(line)));
    },
  };
}

/**
 * What the runtime tells of by itself: answers that have to be broken off, which errors their streams; and hosts that
 * are none, which Miniflare's front end refuses.
 */
const OF_THE_RUNTIME =
  /Network connection lost|The client disconnected|no byte of the body for|The operation was aborted|Invalid URL string/;

/** No test leaves a rejection that nobody has handled, or an error that nobody has caught. */
function refuseUnhandled(logs: readonly string[]): void {
  const unhandled = logs.filter((line) => /unhandled|uncaught/i.test(line) && !OF_THE_RUNTIME.test(line));
  if (unhandled.length > 0) throw new Error(`The Worker let go unhandled:\n${unhandled.join("\n")}`);
}
