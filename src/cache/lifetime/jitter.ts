import type { Dated } from "./origin-lifetime.ts";

/**
 * The seconds shortened by up to `part` (0 to 1) of themselves: always alike for one stored response, evenly
 * spread over many, and at least one second of what was above zero.
 */
export function jittered(seconds: number, response: Dated, part: number): number {
  if (seconds <= 0) return seconds;
  return Math.max(1, Math.floor(seconds * (1 - part * fractionOf(response))));
}

/** From 0 up to, but not including, 1: a hash of the instants and the URI. */
function fractionOf({ uri, requestedAt, respondedAt }: Dated): number {
  let hash = mix(halves(respondedAt));
  hash = mix(hash ^ halves(requestedAt));
  for (let index = 0; index < uri.length; index++) hash = Math.imul(hash ^ uri.charCodeAt(index), FNV_PRIME);
  return (mix(hash) >>> 0) / 2 ** 32;
}

const FNV_PRIME = 0x01000193;

// Milliseconds do not fit 32 bits: both halves count.
function halves(instant: number): number {
  return (instant | 0) ^ Math.imul((instant / 2 ** 32) | 0, FNV_PRIME);
}

// The finalizer of MurmurHash3 (public domain): neighbouring numbers come out far apart.
function mix(hash: number): number {
  let mixed = hash;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
