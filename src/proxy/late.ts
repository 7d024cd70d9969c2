/** A module that is loaded when it is first needed, and is at hand from then on: then it costs no promise. */
export class Late<Module> {
  readonly #import: () => Promise<Module>;
  #loaded: Module | null = null;

  constructor(load: () => Promise<Module>) {
    this.#import = load;
  }

  /** Null until it has been loaded. */
  get atHand(): Module | null {
    return this.#loaded;
  }

  // Kept is what it yields, never the promise: a request that is cancelled would take the promise with it.
  async load(): Promise<Module> {
    const module = await this.#import();
    this.#loaded = module;
    return module;
  }
}
