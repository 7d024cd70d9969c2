/** What the soak knows of every answer beforehand: which paths there are, what their rules are, what bodies say. */
import type { RulesInput } from "../../src/rules/input/rules.ts";

export const TOKEN = "soak-control-token";
export const ORIGIN_TIMEOUT_SECONDS = 2;

/** One kind of path, and how long its answers may outlive the version that they show. */
export interface Kind {
  readonly name: string;
  readonly paths: number;
  readonly ttlSeconds: number;
  readonly staleSeconds: number;
  /** In place of an error. */
  readonly errorSeconds: number;
  readonly bytes: number;
}

export const KINDS = {
  plain: kind("plain", { paths: 40, ttlSeconds: 2, bytes: 2_000 }),
  stale: kind("stale", { paths: 20, ttlSeconds: 1, staleSeconds: 4, errorSeconds: 12, bytes: 1_000 }),
  lang: kind("lang", { paths: 20, ttlSeconds: 2, bytes: 1_500 }),
  user: kind("user", { paths: 10, ttlSeconds: 3, staleSeconds: 2, bytes: 800 }),
  tagged: kind("tagged", { paths: 20, ttlSeconds: 30, bytes: 1_000 }),
  large: kind("large", { paths: 6, ttlSeconds: 4, bytes: 300_000 }),
  herd: kind("herd", { paths: 6, ttlSeconds: 1, bytes: 3_000 }),
} as const satisfies Readonly<Record<string, Kind>>;

export type KindName = keyof typeof KINDS;

function kind(name: string, given: Partial<Kind>): Kind {
  return { ...{ name, paths: 1, ttlSeconds: 1, staleSeconds: 0, errorSeconds: 0, bytes: 100 }, ...given };
}

/** The rules that the Worker runs under; `lang` is left to the origin's own fields. */
export const RULES: RulesInput = {
  defaults: { otherHeaders: "drop", staleIfError: 0, staleWhileRevalidate: 0 },
  rules: [
    { name: "plain", match: { path: "/plain/*" }, ...lifetimes(KINDS.plain) },
    { name: "stale", match: { path: "/stale/*" }, ...lifetimes(KINDS.stale) },
    { name: "user", match: { path: "/user/*" }, ...lifetimes(KINDS.user), scope: "user" },
    {
      name: "tagged",
      match: { path: "/tagged/:id" },
      ...lifetimes(KINDS.tagged),
      tags: ["tagged:{id}"],
    },
    { name: "large", match: { path: "/large/*" }, ...lifetimes(KINDS.large) },
    { name: "herd", match: { path: "/herd/*" }, ...lifetimes(KINDS.herd) },
  ],
};

function lifetimes({ ttlSeconds, staleSeconds, errorSeconds }: Kind) {
  return { edgeTtl: ttlSeconds, staleWhileRevalidate: staleSeconds, staleIfError: errorSeconds };
}

/** What an answer was made for, and which version of its path it shows. */
export interface Label {
  readonly path: string;
  /** Who asked, or "-". */
  readonly user: string;
  /** The language asked for, or "-" where it does not matter. */
  readonly lang: string;
  readonly version: number;
}

/** As an entity tag, so that parts and answers without a body say it too. */
export function etagOf({ path, user, lang, version }: Label): string {
  return `"${[path, user, lang, version].join("|")}"`;
}

export function labelOf(etag: string | undefined): Label | null {
  const [, path, user, lang, version] = /^"([^|]+)\|([^|]+)\|([^|]+)\|(\d+)"$/.exec(etag ?? "") ?? [];
  if (path === undefined || user === undefined || lang === undefined) return null;
  return { path, user, lang, version: Number(version) };
}

export function kindOf(path: string): Kind {
  const name = path.split("/")[1] as KindName; // every path of the soak begins with one
  return KINDS[name];
}

const bodies = new Map<string, Buffer>();
const MOST_REMEMBERED = 64;

/** The whole body of a label: its every byte follows from the label. */
export function bodyOf(label: Label): Buffer {
  const etag = etagOf(label);
  const known = bodies.get(etag);
  if (known !== undefined) return known;
  const body = Buffer.alloc(kindOf(label.path).bytes + (label.version % 7), `${etag}\n`);
  bodies.set(etag, body);
  const [oldest] = bodies.keys();
  if (bodies.size > MOST_REMEMBERED && oldest !== undefined) bodies.delete(oldest);
  return body;
}
