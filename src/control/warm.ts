import type { Controlled, Told } from "./call.ts";
import { shownValue } from "./described.ts";

/** One address, asked for with one set of fields. */
export interface Target {
  readonly url: URL;
  readonly headers: Headers;
}

/** What became of it, once it was stored. */
export type Warmed = { readonly url: string; readonly headers: object } & (
  | ({ readonly status: number; readonly durationMs: number } & Told)
  | { readonly error: string }
);

/** Asks for each target as a client would, so many at a time, and tells of each in the order in which they end. */
export async function* warm(
  targets: readonly Target[],
  concurrency: number,
  controlled: Pick<Controlled, "answer" | "clock">,
): AsyncGenerator<Warmed> {
  const running = new Map<Target, Promise<[Target, Warmed]>>();
  const waiting = targets[Symbol.iterator]();
  const startNext = () => {
    const { value: target } = waiting.next();
    if (target)
      running.set(
        target,
        warmOne(target, controlled).then((warmed) => [target, warmed]),
      );
  };
  for (let place = 0; place < concurrency; place++) startNext();
  while (running.size > 0) {
    const [target, warmed] = await Promise.race(running.values());
    running.delete(target);
    yield warmed;
    startNext();
  }
}

async function warmOne(
  { url, headers }: Target,
  { answer, clock }: Pick<Controlled, "answer" | "clock">,
): Promise<Warmed> {
  const fields = [...headers].map(([name, value]) => [name, shownValue(name, value)]);
  const named = { url: url.pathname + url.search, headers: Object.fromEntries(fields) };
  const startedAt = clock();
  try {
    let told: Told | null = null;
    const status = await asClient(answer, new Request(url, { headers }), (each) => {
      told = each;
    });
    return told === null
      ? { ...named, error: "the cache failed; the log says why" }
      : { ...named, status, ...pick(told), durationMs: clock() - startedAt };
  } catch (error) {
    return { ...named, error: String(error) };
  }
}

function pick({ outcome, reason, storage, rule }: Told): Told {
  return { outcome, reason, storage, rule };
}

/** Sends a request, reads the answer to its end, and waits for what is done behind it. Returns the status. */
async function asClient(
  answer: Controlled["answer"],
  request: Request,
  tell: (told: Told) => void,
): Promise<number> {
  const behind: Promise<unknown>[] = [];
  const response = await answer(
    request,
    new URL(request.url),
    { waitUntil: (work) => behind.push(work) },
    tell,
  );
  await response.body?.pipeTo(new WritableStream());
  // Work behind an answer may bring more of it.
  for (let done = 0; done < behind.length; ) {
    const batch = behind.slice(done);
    done = behind.length;
    await Promise.allSettled(batch);
  }
  return response.status;
}
