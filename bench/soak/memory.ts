/** Whether the memory of a process is level. */

export interface Sample {
  readonly atSeconds: number;
  readonly bytes: number;
}

/** While code is compiled and caches fill, memory grows: that is not what is looked at. */
const WARM_UP_SECONDS = 60;
/** Below this, what a garbage collector does weighs more than what a leak does. */
const SHORTEST_SECONDS = 60;
const MOST_MIB_A_MINUTE = 4;

/** MiB a minute, by least squares over what came after the first minute; null where that is too short. */
export function slopeOf(samples: readonly Sample[]): number | null {
  const late = samples.filter(({ atSeconds }) => atSeconds >= WARM_UP_SECONDS);
  const [first, last] = [late[0], late.at(-1)];
  if (!first || !last || last.atSeconds - first.atSeconds < SHORTEST_SECONDS) return null;
  const minutes = late.map(({ atSeconds }) => atSeconds / 60);
  const mebibytes = late.map(({ bytes }) => bytes / 2 ** 20);
  const [middle, level] = [mean(minutes), mean(mebibytes)];
  const above = minutes.reduce(
    (sum, minute, index) => sum + (minute - middle) * ((mebibytes[index] ?? 0) - level),
    0,
  );
  const below = minutes.reduce((sum, minute) => sum + (minute - middle) ** 2, 0);
  return above / below;
}

export function isLevel(slope: number): boolean {
  return slope <= MOST_MIB_A_MINUTE;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
