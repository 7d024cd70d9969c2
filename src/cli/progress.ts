import { SingleBar } from "cli-progress";

/** How far a command is, on standard error of a terminal, once it takes longer than a second. */
export interface Progress {
  advance(by?: number): void;
  /** What there is to do in all, where that is known only on the way. */
  expect(total: number): void;
  stop(): void;
}

const PATIENCE_MS = 1000;

/** `total` is zero where nobody knows. `unit` is what is counted, such as "addresses". */
export function startProgress(unit: string, total: number): Progress {
  let done = 0;
  let expected = total;
  let bar: SingleBar | null = null;
  const show = () => {
    bar = new SingleBar({ format: formatOf(unit, expected), stream: process.stderr, clearOnComplete: true });
    bar.start(expected, done);
  };
  const timer = process.stderr.isTTY === true ? setTimeout(show, PATIENCE_MS) : undefined;
  return {
    advance: (by = 1) => {
      done += by;
      bar?.update(done);
    },
    expect: (more) => {
      expected = more;
      bar?.setTotal(more);
    },
    stop: () => {
      clearTimeout(timer);
      bar?.stop();
    },
  };
}

function formatOf(unit: string, total: number): string {
  return total === 0
    ? `{value} ${unit}, {duration_formatted}`
    : `{bar} {value}/{total} ${unit}, {eta_formatted} left`;
}
