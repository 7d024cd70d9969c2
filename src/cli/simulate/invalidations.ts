import type { Purge } from "../../cache/standing.ts";
import { renderTag } from "../../cache/storing/tags.ts";
import { render } from "../../cache/template/template.ts";
import type { StoredResponse } from "../../cache/types.ts";
import type { Planned } from "./planner.ts";
import { Remembered } from "./remembered.ts";

const MOST_REMEMBERED = 100_000;

/** When what is named was made invalid. */
type Instants = Remembered<string, number>;

/** What writes have made invalid: URIs in the data centre that they passed through, tags and paths in all. */
export class SimulatedInvalidations {
  /** By data centre. */
  readonly #uris = new Map<number, Instants>();
  readonly #tags: Instants = new Remembered(MOST_REMEMBERED);
  readonly #paths: Instants = new Remembered(MOST_REMEMBERED);
  #hasPurges = false;

  /** A write that the origin has accepted. */
  written({ head, policy, uri }: Planned, place: number, now: number): void {
    const uris: Instants = this.#uris.get(place) ?? new Remembered(MOST_REMEMBERED);
    this.#uris.set(place, uris);
    uris.set(uri, now);
    for (const template of policy.invalidates) {
      const subject = { request: head, response: null, variables: {} };
      const path = template.source.startsWith("/") ? render(template, subject) : null;
      const tag = path === null ? renderTag(template, subject) : null;
      if (path !== null) this.#paths.set(head.url.origin + path, now);
      if (tag !== null) this.#tags.set(tag, now);
      this.#hasPurges = true;
    }
  }

  invalidatedAt(uri: string, place: number): number | null {
    return this.#uris.get(place)?.get(uri) ?? null;
  }

  purgeOf({ uri, tags }: StoredResponse): Purge | null {
    if (!this.#hasPurges) return null;
    const path = uri.split("?", 1)[0] ?? uri;
    const instants = [this.#paths.get(path), ...tags.map((tag) => this.#tags.get(tag))];
    const latest = Math.max(...instants.map((at) => at ?? 0));
    return latest === 0 ? null : { purgedAt: latest, soft: false };
  }
}
