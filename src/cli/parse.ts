import { InvalidArgumentError } from "commander";

/** Parsers of what stands behind an option. They throw what Commander words as a mistake of the caller. */

export type Field = readonly [name: string, value: string];

/** Adds `Name: value` to the ones before. */
export function parseHeader(written: string, before: readonly Field[] = []): readonly Field[] {
  const colon = written.indexOf(":");
  const field: Field = [written.slice(0, Math.max(colon, 0)).trim(), written.slice(colon + 1).trim()];
  try {
    new Headers([[...field]]);
  } catch {
    throw new InvalidArgumentError('Allowed: "Name: value", such as "Accept-Language: de".');
  }
  return [...before, field];
}

/** A host, with its port where it has one. */
export function parseHost(written: string): string {
  const url = URL.parse(`https://${written}`);
  if (url !== null && url.href === `${url.origin}/`) return url.host;
  throw new InvalidArgumentError("Allowed: a host, such as api.example.com.");
}

/** A whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number): (written: string) => number {
  return (written) => {
    const number = Number(written);
    if (/^\d+$/.test(written) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Allowed: a whole number from ${least} to ${most}.`);
  };
}

/** A number above zero and up to `most`. */
export function positiveNumber(most: number): (written: string) => number {
  return (written) => {
    const number = Number(written);
    if (/^\d+(?:\.\d+)?$/.test(written) && number > 0 && number <= most) return number;
    throw new InvalidArgumentError(`Allowed: a number above 0 and up to ${most}, such as 0.2.`);
  };
}
