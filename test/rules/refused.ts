/** An input, whether the JSON Schema sees that it is wrong, and what `validateRules` says of it. */
export type Refused<Input> = readonly [input: Input, seen: boolean, mistakes: string | readonly string[]];

export const SEEN = true;
/** It takes a parser, or a look at two keys. */
export const UNSEEN = false;
