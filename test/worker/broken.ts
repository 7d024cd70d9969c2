/** Which function of our own modules fails, and which have been reached. test/support/breakable.ts has each ask here. */

/** The functions that were called, as `file#name`. */
export const reached = new Set<string>();

let broken: string | null = null;

/** Has one function fail, or none. */
export function breakDown(name: string | null): void {
  broken = name;
}

// A method is called on what it belongs to, with whatever it takes.
type Called = (this: unknown, ...taken: never[]) => unknown;

/** The same function, but that it fails while it is the broken one: one that is async with a promise. */
export function breakable<Made extends Called>(name: string, made: Made): Made {
  const isAsync = made.constructor.name === "AsyncFunction";
  const called: Called = function (this: unknown, ...taken: never[]) {
    reached.add(name);
    if (broken !== name) return made.apply(this, taken);
    const mistake = new Error(`a mistake in ${name}`);
    if (isAsync) return Promise.reject(mistake);
    throw mistake;
  };
  // It takes and answers what the other does.
  return called as Made;
}

/** Has all methods of a class and its getters fail so. */
export function makeBreakable(name: string, { prototype }: { readonly prototype: object }): void {
  for (const [method, property] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (method === "constructor") continue;
    const { value, get } = property;
    if (typeof value === "function") property.value = breakable(`${name}.${method}`, value);
    if (get !== undefined) property.get = breakable(`${name}.${method}`, get);
    Object.defineProperty(prototype, method, property);
  }
}
