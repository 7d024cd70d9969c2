import { storedUri } from "../../cache/request/stored-uri.ts";
import { renderTag, tagsToPurge } from "../../cache/storing/tags.ts";
import type { Subject } from "../../cache/template/template.ts";
import { renderPath } from "../../cache/template/url-template.ts";
import type { FieldSection } from "../../http/field-section.ts";
import { normaliseUrl } from "../../http/uri.ts";
import type { PurgeRequest } from "../../purge/purge.ts";
import { LONGEST_VALUE, MOST_AT_ONCE } from "../../purge/purge-input.ts";
import { type Address, readOf } from "../../rules/match/read-policies.ts";
import { occasionOf } from "../purges.ts";
import type { Exchange, Shell } from "../shell.ts";

/** The URIs under which reads of an address are stored: who writes may fall under another rule than who reads. */
export function readUris({ url, query }: Address, shell: Shell): readonly string[] {
  const normal = normaliseUrl(url);
  const policies = shell.policiesFor({ url: normal, query });
  return policies.map((policy) => storedUri(readOf(normal), policy));
}

/** Purges what the rule of a write, and its answer's fields where the rule lets them, say that it invalidates. */
export async function purgeAfter(exchange: Exchange, shell: Shell, fields: FieldSection): Promise<void> {
  const by = `rule ${exchange.policy.rule ?? "defaults"}`;
  const facts = factsOf(exchange, shell, fields);
  for (let start = 0; start < facts.length; start += MOST_AT_ONCE) {
    const some = facts.slice(start, start + MOST_AT_ONCE);
    const recorded = await shell.purges.record(some, by, occasionOf(exchange, shell.clock()));
    if (recorded.kind === "not-recorded") console.error(`invalidation by ${by}: ${recorded.error}`);
    if (recorded.kind === "refused") console.error(`invalidation by ${by} is refused`);
  }
}

function factsOf({ head, policy }: Exchange, shell: Shell, fields: FieldSection): readonly PurgeRequest[] {
  const subject: Subject = { request: head, response: null, variables: {} };
  const named = policy.originPurges === "honor" ? tagsToPurge(fields).flatMap(tagFact) : [];
  const chosen = policy.invalidates.flatMap((template) => {
    if (!template.source.startsWith("/")) return tagFact(renderTag(template, subject));
    const path = renderPath(template, subject);
    const spellings = path === null ? [] : spellingsOf(path);
    return spellings.flatMap((each) => pathFacts(new URL(each, head.url), shell));
  });
  return [...chosen, ...named];
}

const RESERVED_IN_SEGMENT = /%(?:21|24|26|27|28|29|2A|2B|2C|3A|3B|3D|40)/g;

// RFC 3986 §3.3: these may stand in a path as they are or encoded, and what is stored knows both as two URIs.
function spellingsOf(path: string): readonly string[] {
  return [...new Set([path, path.replace(RESERVED_IN_SEGMENT, decodeURIComponent)])];
}

function tagFact(tag: string | null): readonly PurgeRequest[] {
  return tag === null ? [] : [{ scope: "tag", value: tag, soft: false }];
}

// Whatever its query.
function pathFacts(url: URL, shell: Shell): readonly PurgeRequest[] {
  const places = readUris({ url, query: "any" }, shell).map((uri) => {
    const { host, pathname } = new URL(uri);
    return host + pathname;
  });
  return [...new Set(places)].map(placeFact);
}

// What is longer than the log takes goes with all that begins so.
function placeFact(place: string): PurgeRequest {
  if (place.length <= LONGEST_VALUE) return { scope: "path", value: place, soft: false };
  return { scope: "prefix", value: place.slice(0, LONGEST_VALUE).replace(/%.?$/, ""), soft: false };
}
