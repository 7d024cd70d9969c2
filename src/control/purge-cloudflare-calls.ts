import { ANY_HOST } from "../cache/types.ts";
import type { PurgeScope } from "../purge/purge.ts";
import type { PurgeValue } from "./purge-values.ts";

/** How many of a kind one call takes, by Cloudflare's documentation of each. */
const MOST_IN_A_CALL = { files: 100, tags: 100, hosts: 100, prefixes: 30 } as const;

/**
 * The bodies of the calls that it takes to purge Cloudflare's own cache; none where all are rules, which it does
 * not know. Its prefixes end with a whole segment of the path, so ours are cut back to the last one.
 */
export function bodiesOf(values: readonly PurgeValue[]): readonly object[] {
  if (values.some(({ scope }) => scope === "everything")) return [{ purge_everything: true }];
  const files = textsOf(values, "url");
  const paths = [...textsOf(values, "path"), ...textsOf(values, "prefix").map(wholeSegments)];
  return [
    ...chunksOf(files, MOST_IN_A_CALL.files).map((chunk) => ({ files: chunk })),
    ...chunksOf(textsOf(values, "tag"), MOST_IN_A_CALL.tags).map((chunk) => ({ tags: chunk })),
    ...chunksOf(textsOf(values, "host"), MOST_IN_A_CALL.hosts).map((chunk) => ({ hosts: chunk })),
    ...chunksOf([...new Set(paths)], MOST_IN_A_CALL.prefixes).map((chunk) => ({ prefixes: chunk })),
  ];
}

const { host: NO_HOST } = new URL(ANY_HOST);

// The host in the key of what is stored for all hosts is no host that Cloudflare has anything for.
function textsOf(values: readonly PurgeValue[], wanted: PurgeScope): readonly string[] {
  const texts = values.filter(({ scope }) => scope === wanted).map(({ value }) => value);
  const isAddress = wanted !== "tag";
  return [...new Set(texts.filter((text) => !isAddress || hostOf(text) !== NO_HOST))];
}

function hostOf(place: string): string {
  return /^(?:https?:\/\/)?([^/]*)/.exec(place)?.[1] ?? "";
}

function wholeSegments(prefix: string): string {
  const [place = ""] = prefix.split("?", 1);
  return place.includes("/") ? place.slice(0, place.lastIndexOf("/")) : place;
}

function chunksOf(values: readonly string[], size: number): readonly (readonly string[])[] {
  const count = Math.ceil(values.length / size);
  return Array.from({ length: count }, (_, index) => values.slice(index * size, (index + 1) * size));
}
