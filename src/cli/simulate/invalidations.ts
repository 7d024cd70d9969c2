import type { Purge } from "../../cache/standing.ts";
import { renderTag } from "../../cache/tags.ts";
import { render } from "../../cache/template.ts";
import type { StoredResponse } from "../../cache/types.ts";
import type { Planned } from "./planner.ts";

/** What writes have made invalid: URIs in the data centre that they passed through, tags and paths in all. */
export class SimulatedInvalidations {
  /** By data centre. */
  readonly #uris = new Map<number, Map<string, number>>();
  readonly #tags = new Map<string, number>();
  readonly #paths = new Map<string, number>();

  /** A write that the origin has accepted. */
  written({ head, policy, uri }: Planned, place: number, now: number): void {
    const uris = this.#uris.get(place) ?? new Map<string, number>();
    this.#uris.set(place, uris);
    remember(uris, uri, now);
    for (const template of policy.invalidates) {
      const subject = { request: head, response: null, variables: {} };
      const path = template.source.startsWith("/") ? render(template, subject) : null;
      const tag = path === null ? renderTag(template, subject) : null;
      if (path !== null) remember(this.#paths, head.url.origin + path, now);
      if (tag !== null) remember(this.#tags, tag, now);
    }
  }

  invalidatedAt(uri: string, place: number): number | null {
    return this.#uris.get(place)?.get(uri) ?? null;
  }

  purgeOf({ uri, tags }: StoredResponse): Purge | null {
    if (this.#tags.size === 0 && this.#paths.size === 0) return null;
    const path = uri.split("?", 1)[0] ?? uri;
    const instants = [this.#paths.get(path), ...tags.map((tag) => this.#tags.get(tag))];
    const latest = Math.max(...instants.map((at) => at ?? 0));
    return latest === 0 ? null : { purgedAt: latest, soft: false };
  }
}

const MOST_REMEMBERED = 200_000;

function remember(known: Map<string, number>, name: string, at: number): void {
  known.delete(name);
  known.set(name, at);
  if (known.size <= MOST_REMEMBERED) return;
  const [oldest] = known.keys();
  if (oldest !== undefined) known.delete(oldest);
}
