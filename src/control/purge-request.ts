import type { PurgeRequest } from "../purge/purge.ts";
import { MOST_AT_ONCE } from "../purge/purge-input.ts";
import {
  hintFor,
  type ItemKind,
  type PurgeValue,
  type ReadItem,
  type ValueContext,
  valuesOf,
} from "./purge-values.ts";
import { cut, didYouMean, shown } from "./words.ts";

/** What a request to purge asks for, in the spelling that stored responses have; or all that is wrong with it. */
export type AskedPurges =
  | {
      readonly kind: "purges";
      readonly purges: readonly PurgeRequest[];
      /** The same for caches in front of the Worker, which know addresses as clients ask for them. */
      readonly outside: readonly PurgeValue[];
    }
  | { readonly kind: "refused"; readonly complaints: readonly string[] };

/** The lists of a request, each with what its items name. */
const LISTS = {
  tags: "tag",
  urls: "url",
  paths: "path",
  prefixes: "prefix",
  rules: "rule",
  formerRules: "former-rule",
  hosts: "host",
} as const satisfies Record<string, ItemKind>;

const KEYS = [...Object.keys(LISTS), "everything", "soft"];

/**
 * Reads `{ tags, urls, paths, prefixes, rules, formerRules, hosts, everything, soft }`. Addresses without a host are those of
 * `context.origin`. Nothing is purged unless all of it is right.
 */
export function readPurgeRequest(body: unknown, context: ValueContext): AskedPurges {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    return refusedFor(`found ${shown(body)}; allowed: an object with the keys ${KEYS.join(", ")}`);
  }
  const asked = new Map<string, unknown>(Object.entries(body));
  const items = Object.entries(LISTS).flatMap(([key, kind]) => itemsOf(key, kind, asked.get(key)));
  if (items.length > MOST_AT_ONCE) return refusedFor(tooMany(items.length));
  const read = items.map((item) => readItem(item, context));
  const complete = read.filter((each) => typeof each !== "function");
  const everything = [{ scope: "everything", value: "" }] as const;
  if (asked.get("everything") === true) complete.push({ stored: everything, outside: everything });
  const complaints = [...complaintsOf(asked), ...read.filter((each) => typeof each === "function")];
  if (complaints.length > 0) return refused(complaints);
  return purgesOf(complete, asked.get("soft") === true);
}

function purgesOf(items: readonly ReadItem[], soft: boolean): AskedPurges {
  const stored = distinct(items.flatMap((item) => item.stored));
  if (stored.length === 0) {
    return refusedFor(`nothing to purge; allowed: one or more of ${KEYS.slice(0, -1).join(", ")}`);
  }
  if (stored.length > MOST_AT_ONCE)
    return refusedFor(`${tooMany(stored.length)}, all that the rules make of an address counted`);
  const purges = stored.map(({ scope, value }) => ({ scope, value, soft }));
  return { kind: "purges", purges, outside: distinct(items.flatMap(({ outside }) => outside)) };
}

function distinct(values: readonly PurgeValue[]): readonly PurgeValue[] {
  return [...new Map(values.map((each) => [`${each.scope} ${each.value}`, each])).values()];
}

function tooMany(count: number): string {
  return `${count} purges; allowed: at most ${MOST_AT_ONCE}`;
}

const MOST_COMPLAINTS = 20;

/** What is wrong, put into words only where it is told: looking for what was meant takes its time. */
type Complaint = () => string;

function refused(complaints: readonly Complaint[]): AskedPurges {
  const more = complaints.length - MOST_COMPLAINTS;
  const named = complaints.slice(0, MOST_COMPLAINTS).map((complaint) => complaint());
  return { kind: "refused", complaints: more > 0 ? [...named, `and ${more} more`] : named };
}

function refusedFor(complaint: string): AskedPurges {
  return { kind: "refused", complaints: [complaint] };
}

/** What is wrong besides the items of the lists. */
function complaintsOf(asked: ReadonlyMap<string, unknown>): readonly Complaint[] {
  const unknown = [...asked.keys()].filter((key) => !KEYS.includes(key));
  const complaints: Complaint[] = unknown.map((key) => () => unknownKey(key));
  const soft = asked.has("soft") ? asked.get("soft") : false;
  if (typeof soft !== "boolean") complaints.push(() => `soft: found ${shown(soft)}; allowed: true or false`);
  const everything = asked.has("everything") ? asked.get("everything") : true;
  if (everything !== true) complaints.push(() => `everything: found ${shown(everything)}; allowed: true`);
  return complaints;
}

function unknownKey(key: string): string {
  return `${cut(key)}: unknown; allowed: the keys ${KEYS.join(", ")}${didYouMean(key, KEYS)}`;
}

/** Something that stands in a list, or in place of one. */
interface Item {
  readonly place: string;
  /** Null: in place of a list. */
  readonly kind: ItemKind | null;
  readonly item: unknown;
}

function itemsOf(key: string, kind: ItemKind, value: unknown): readonly Item[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return [{ place: key, kind: null, item: value }];
  return value.map((item, index) => ({ place: `${key}[${index}]`, kind, item }));
}

function readItem({ place, kind, item }: Item, context: ValueContext): ReadItem | Complaint {
  const read = kind === null ? "a list of strings" : valuesOf(kind, item, context);
  if (typeof read !== "string") return read;
  const hint = () => (kind === null ? "" : hintFor(kind, item, context));
  return () => `${place}: found ${shown(item)}; allowed: ${read}${hint()}`;
}
