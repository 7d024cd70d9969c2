import type { Standing } from "../cache/standing.ts";
import type { StoredResponse } from "../cache/types.ts";
import { purgeAt, purgeOf } from "../purge/purge.ts";
import type { Selected } from "../store/select.ts";
import { occasionOf } from "./purges.ts";
import type { Exchange, Shell } from "./shell.ts";

/** What was selected, under which URI, and for which request. */
interface Chosen {
  readonly exchange: Exchange;
  readonly uri: string;
  readonly selected: Selected;
}

/**
 * What has happened to a stored response besides ageing, as far as this isolate knows now: asked again whenever the
 * origin has answered, since a purge or a write may have come meanwhile.
 */
export function standingOf({ exchange, uri, selected }: Chosen, shell: Shell): Standing {
  const { response, invalidatedAt } = selected;
  // Also where nothing is stored: a new isolate begins to learn of purges with its first look-up, and knows them by the
  // time that the origin has answered.
  const now = shell.clock();
  const purges = shell.purges.current(occasionOf(exchange, now));
  return {
    invalidatedAt: shell.invalidations.latest(uri, invalidatedAt),
    purge: response && purgeAt(response, purges, now),
    mustBeNewerThanAt: exchange.writtenAt,
  };
}

/** Whether nothing of a stored response may be used any more, as far as this isolate knows now. */
export function isHardPurged(stored: StoredResponse, exchange: Exchange, shell: Shell): boolean {
  return purgeOf(stored, shell.purges.current(occasionOf(exchange, shell.clock())))?.soft === false;
}
