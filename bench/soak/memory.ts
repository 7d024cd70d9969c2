/** Whether the memory of a Worker is level. */

export interface Sample {
  readonly atSeconds: number;
  /** Of the process. It keeps what it once was given, so that this comes in steps. */
  readonly rssBytes: number;
  /** Of the heap, what has not been collected yet included. */
  readonly heapBytes: number;
}

/** Old objects are collected several times in each. In the first, code is compiled and caches fill. */
const WINDOW_SECONDS = 60;
/** Over fewer, nothing can be told. The first is not among them. */
const FEWEST_WINDOWS = 2;
const MOST_MIB_A_MINUTE = 2;
const MOST_RSS_MIB = 512;

/** What is left of the heap once it has been collected: the least of each whole minute, in MiB. */
export function leastOfHeap(samples: readonly Sample[]): readonly number[] {
  const windows = new Map<number, number>();
  for (const { atSeconds, heapBytes } of samples) {
    const window = Math.floor(atSeconds / WINDOW_SECONDS);
    windows.set(window, Math.min(windows.get(window) ?? Number.POSITIVE_INFINITY, heapBytes / 2 ** 20));
  }
  const whole = Math.round((samples.at(-1)?.atSeconds ?? 0) / WINDOW_SECONDS);
  return [...windows.values()].slice(0, whole);
}

/** MiB a minute, by least squares over the minutes after the first; null where there are too few. */
export function slopeOf(samples: readonly Sample[]): number | null {
  const mebibytes = leastOfHeap(samples).slice(1);
  if (mebibytes.length < FEWEST_WINDOWS) return null;
  const middle = (mebibytes.length - 1) / 2;
  const level = mebibytes.reduce((sum, each) => sum + each, 0) / mebibytes.length;
  const above = mebibytes.reduce((sum, each, index) => sum + (index - middle) * (each - level), 0);
  const below = mebibytes.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
  return (above / below) * (60 / WINDOW_SECONDS);
}

export function isLevel(slope: number, samples: readonly Sample[]): boolean {
  const mostRss = Math.max(...samples.map(({ rssBytes }) => rssBytes / 2 ** 20));
  return slope <= MOST_MIB_A_MINUTE && mostRss <= MOST_RSS_MIB;
}
