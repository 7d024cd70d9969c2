/**
 * A second cache, written from RFC 9111: told what a client asked, it says whether the origin must be asked; told what
 * the origin then answered, it says what the client must get, and remembers what is stored.
 */
import { type Expected, own, passed, replied, wantedOf } from "./answer.ts";
import type { Exchange, Sent } from "./origin.ts";
import {
  ageOf,
  demandsValidation,
  forbidsStale,
  freshened,
  type Held,
  heldOf,
  lifetimeOf,
  mayStore,
  newestDirectives,
  staleWindow,
  strongValidator,
  withoutListed,
} from "./rfc9111.ts";
import type { Asks, Path, Rule } from "./script.ts";

/** What a client asked, and with which fields. */
export interface Asking {
  readonly asks: Asks;
  readonly fields: Headers;
}

export type Plan =
  /** The origin's alone to answer, once. */
  | { readonly kind: "pass" | "write" }
  /** From what is held; the origin is not asked first, and behind the answer only where it is stale. */
  | { readonly kind: "serve"; readonly held: Held; readonly behind: "nothing" | "refresh" }
  /** Not from what is held, unless the origin confirms it or fails. */
  | { readonly kind: "ask"; readonly held: Held | null }
  | { readonly kind: "refuse" };

/** What comes of one answer of the origin. */
type Outcome = Expected | "ask again" | "failed";

const RETRY_MS = 5000;
const ILL = [500, 502, 503, 504];

export class ModelCache {
  readonly #rule: Rule;
  /** By key, then by what Vary nominated. */
  readonly #held = new Map<string, Map<string, Held>>();
  /** By key: the sets of names that Vary nominated, the latest first. */
  readonly #nominations = new Map<string, string[]>();
  readonly #invalidatedAt = new Map<Path, number>();
  readonly #purges: { readonly path: Path | null; readonly soft: boolean; readonly at: number }[] = [];
  /** By what is refreshed: until when nobody tries again, as it has just failed. */
  readonly #restsUntil = new Map<string, number>();

  /** What was to be stored ended before its end. */
  #wasCut = false;

  constructor(rule: Rule) {
    this.#rule = rule;
  }

  purge(path: Path | null, soft: boolean, at: number): void {
    // Of purges of the same only the latest is remembered (purge.ts), also where an earlier one made it stale.
    const same = this.#purges.findIndex((purge) => purge.path === path && purge.soft === soft);
    if (same !== -1) this.#purges.splice(same, 1);
    this.#purges.push({ path, soft, at });
  }

  plan(asking: Asking, now: number): Plan {
    const { asks, fields } = asking;
    if (asks.method !== "GET" && asks.method !== "HEAD") return { kind: "write" };
    const honored = this.#rule.clientDirectives === "honor" ? asks.cacheControl : {};
    if ("no-store" in honored) return { kind: "pass" };
    // docs/rules.md, `scope`: where nobody is known there is no copy.
    if (this.#rule.scope === "user" && !fields.has("authorization")) return { kind: "pass" };
    const plan = this.#planHeld(asking, honored, now);
    return plan.kind === "ask" && "only-if-cached" in honored ? { kind: "refuse" } : plan;
  }

  #planHeld(asking: Asking, honored: Asks["cacheControl"], now: number): Plan {
    const held = this.#select(asking);
    const ask: Plan = { kind: "ask", held };
    if (held === null || !holdsWanted(held, asking)) return ask;
    // §4.4, §4.3.5, §5.2.2.4
    if (this.#isInvalid(held, asking.asks.path) || held.doubted || demandsValidation(held)) return ask;
    const lifetime = lifetimeOf(held, this.#rule);
    const age = ageOf(held, now);
    const purged = this.#softPurgedFor(held, asking.asks.path, now);
    const left = Math.min(lifetime.seconds - age, purged === null ? Number.POSITIVE_INFINITY : -purged);
    // §5.2.1
    if ("no-cache" in honored || age > seconds(honored, "max-age", Number.POSITIVE_INFINITY)) return ask;
    if (left < seconds(honored, "min-fresh", Number.NEGATIVE_INFINITY)) return ask;
    const maxStale =
      honored["max-stale"] === null ? Number.POSITIVE_INFINITY : seconds(honored, "max-stale", -1);
    // §4.2
    if (left > 0) return { kind: "serve", held, behind: "nothing" };
    if (!forbidsStale(held) && -left <= maxStale) return { kind: "serve", held, behind: "nothing" };
    // RFC 5861 §3. A window extends a lifetime: without one there is nothing to extend.
    const stale = lifetime.by === null ? Number.POSITIVE_INFINITY : -left;
    if (stale >= staleWindow(held, "stale-while-revalidate", this.#rule)) return ask;
    const rests = now < (this.#restsUntil.get(this.#place(asking, held)) ?? 0);
    return { kind: "serve", held, behind: rests ? "nothing" : "refresh" };
  }

  /** What the client must get where the origin was not asked first. */
  serve(plan: Extract<Plan, { kind: "serve" }>, { asks, fields }: Asking, now: number): Expected {
    return replied(plan.held, { method: asks.method, fields, now, reused: true }, this.#rule);
  }

  /** What the client must get of the origin's answers, in their order. Now is when the last of them came. */
  conclude(plan: Plan, asking: Asking, exchanges: readonly Exchange[], now: number): Expected {
    if (plan.kind === "write") return this.#write(asking, exchanges, now);
    if (plan.kind === "pass") return passOn(exchanges[0], asking.asks.method, this.#rule);
    let held = plan.kind === "ask" ? plan.held : null;
    for (const exchange of exchanges) {
      const outcome = this.#take(asking, exchange, held, now);
      if (outcome === "failed") return own(502);
      if (outcome !== "ask again") return outcome;
      held = null;
    }
    throw new Error(`the origin was asked ${exchanges.length} times, and its answers are no answer`);
  }

  /** Takes in the answers to a refresh behind an answer (RFC 5861 §3), and whether their number is right. */
  refresh({ asks, fields }: Asking, stale: Held, exchanges: readonly Exchange[]): boolean {
    const whole = new Headers(fields);
    for (const name of ["range", "if-none-match", "if-modified-since"]) whole.delete(name);
    const asking = { asks: { ...asks, method: "GET", range: null } as const, fields: whole };
    const place = this.#place(asking, stale);
    let held = stale.span === null ? stale : null;
    let again = true;
    for (const exchange of exchanges) {
      const { respondedAt, answer } = exchange;
      if (!again) return false;
      this.#wasCut = false;
      again = this.#take(asking, exchange, held, respondedAt) === "ask again";
      held = null;
      const isKept = this.#select(asking)?.fields.get("x-exchange") === String(exchange.number);
      const failed = !isKept && (answer === null || answer.status >= 500 || this.#wasCut);
      if (failed) this.#restsUntil.set(place, respondedAt + RETRY_MS);
      else this.#restsUntil.delete(place);
    }
    return !again;
  }

  // §4.3.3, §4.3.4, §4.3.5, RFC 5861 §4
  #take(asking: Asking, exchange: Exchange, held: Held | null, now: number): Outcome {
    const { method } = asking.asks;
    const { answer, asked } = exchange;
    const isIll = answer === null || ILL.includes(answer.status);
    const standIn = isIll ? this.#standInFor(held, asking, now) : null;
    if (standIn !== null) return standIn;
    if (answer === null) return "failed";
    if (answer.status === 304) return this.#take304(asking, exchange, answer, held, now);
    if (method === "HEAD") return this.#takeHead(asking, exchange, answer, held);
    const completing = held?.span != null && asked.has("if-range");
    if (completing && answer.status !== 200) return this.#complete(asking, exchange, answer, held, now);
    return this.#takeWhole(asking, exchange, answer, held, now);
  }

  // RFC 5861 §4
  #standInFor(held: Held | null, asking: Asking, now: number): Outcome | null {
    return held !== null && this.#mayStandIn(held, asking, now) ? this.#reply(held, asking, now, true) : null;
  }

  #takeWhole(asking: Asking, exchange: Exchange, answer: Sent, held: Held | null, now: number): Outcome {
    const arrived = heldOf(exchange, answer, this.#rule);
    const storable = mayStore(arrived, this.#seen(asking), this.#rule);
    // §3.3: a part is kept only where more of it can be told to belong to it, and not in place of the whole.
    const isLone = answer.span !== null && (strongValidator(arrived) === null || held?.span === null);
    if (storable !== true || isLone) {
      if (storable !== "personal" && isWord(answer.status) && held !== null) this.#remove(asking, held);
      return passed(answer, asking.asks.method, this.#rule);
    }
    this.#wasCut = answer.cut;
    // A small body that does not come whole is as good as no answer.
    if (answer.cut) return this.#standInFor(held, asking, now) ?? "failed";
    this.#store(asking, arrived);
    const reply = { method: asking.asks.method, fields: asking.fields, now, reused: false };
    return replied(arrived, reply, this.#rule);
  }

  #take304(asking: Asking, exchange: Exchange, answer: Sent, held: Held | null, now: number): Outcome {
    const { asked } = exchange;
    const [etag, modified] = [held?.fields.get("etag"), held?.fields.get("last-modified")];
    const isOurs =
      held !== null &&
      (etag ?? modified) !== undefined &&
      asked.get("if-none-match") === (etag ?? null) &&
      asked.get("if-modified-since") === (modified ?? null);
    if (!isOurs || held === null) {
      const theirs = asking.fields.has("if-none-match") || asking.fields.has("if-modified-since");
      return theirs ? passed(answer, asking.asks.method, this.#rule) : "failed";
    }
    // §4.3.4, weakly, as docs/decisions say.
    const confirms = answer.fields.has("etag")
      ? weak(answer.fields.get("etag")) === weak(etag)
      : answer.fields.get("last-modified") === undefined || answer.fields.get("last-modified") === modified;
    if (!confirms) return "ask again";
    const confirmed = freshened(held, exchange, answer, this.#rule);
    this.#keepFreshened(asking, held, confirmed);
    return this.#reply(confirmed, asking, now, true);
  }

  #keepFreshened(asking: Asking, held: Held, confirmed: Held): void {
    const storable = mayStore(confirmed, this.#seen(asking), this.#rule);
    if (storable === true) this.#replace(asking, held, confirmed);
    else if (storable === false) this.#remove(asking, held);
  }

  // §4.3.5
  #takeHead(asking: Asking, exchange: Exchange, answer: Sent, held: Held | null): Outcome {
    const expected = passed(answer, "HEAD", this.#rule);
    if (held === null || held.span !== null || answer.status >= 500) return expected;
    const { path } = asking.asks;
    const isOff = held.doubted || this.#isInvalid(held, path) || this.#softPurgedFor(held, path, 0) !== null;
    if (isOff) return expected;
    const agrees =
      answer.status === held.status &&
      answer.body.length === held.body.length &&
      ["etag", "last-modified"].every(
        (name) => !answer.fields.has(name) || answer.fields.get(name) === held.fields.get(name),
      );
    const updated = freshened(held, exchange, answer, this.#rule);
    const storable = mayStore(updated, this.#seen(asking), this.#rule);
    if (agrees && storable === "personal") return expected;
    this.#replace(asking, held, agrees && storable === true ? updated : { ...held, doubted: true });
    return expected;
  }

  // §3.4
  #complete(asking: Asking, exchange: Exchange, answer: Sent, held: Held | null, now: number): Outcome {
    const part = withoutListed(heldOf(exchange, answer, this.#rule));
    const [a, b] = [held?.span ?? null, answer.span];
    const validator = held && strongValidator(held);
    const belongs = validator !== null && validator === strongValidator(part) && a?.length === b?.length;
    const adjoins = a !== null && b !== null && (a.last + 1 === b.first || b.last + 1 === a.first);
    if (!held || !belongs || !adjoins || mayStore(part, this.#seen(asking), this.#rule) !== true)
      return "ask again";
    const isFirst = a.first < b.first;
    const body = isFirst ? held.body + part.body : part.body + held.body;
    const span = { first: Math.min(a.first, b.first), last: Math.max(a.last, b.last), length: a.length };
    const isWhole = body.length === span.length;
    const fields = new Map([...held.fields].filter(([name]) => name !== "age"));
    for (const [name, value] of part.fields) fields.set(name, value);
    if (isWhole) fields.delete("content-range");
    else fields.set("content-range", `bytes ${span.first}-${span.last}/${span.length}`);
    const facts = isWhole ? { status: 200, span: null } : { status: 206, span };
    const joined = withoutListed({ ...part, ...newestDirectives(held, part), ...facts, fields, body });
    if (!answer.cut) this.#store(asking, joined);
    const reply = { method: "GET", fields: asking.fields, now, reused: false, cut: answer.cut };
    return replied(joined, reply, this.#rule);
  }

  // §4.4
  #write({ asks }: Asking, [exchange]: readonly Exchange[], now: number): Expected {
    const expected = passOn(exchange, asks.method, this.#rule);
    const { answer, says } = exchange ?? {};
    if (answer && answer.status < 400) {
      for (const path of [asks.path, ...(says?.location ? [says.location] : [])]) {
        this.#invalidatedAt.set(path, now);
        // What stands under a variant's key is invalid, and is found again once the Vary of this path is known.
        this.#held.get(path)?.delete("[]");
        this.#nominations.delete(path);
      }
    }
    return expected;
  }

  #reply(held: Held, { asks, fields }: Asking, now: number, reused: boolean): Expected {
    return replied(held, { method: asks.method, fields, now, reused }, this.#rule);
  }

  /** RFC 5861 §4 */
  #mayStandIn(held: Held, { asks }: Asking, now: number): boolean {
    const honored = this.#rule.clientDirectives === "honor" ? asks.cacheControl : {};
    if (held.span !== null || held.doubted || this.#isInvalid(held, asks.path) || "no-cache" in honored)
      return false;
    const window = staleWindow(held, "stale-if-error", this.#rule);
    if (window === 0 && forbidsStale(held)) return false;
    const asked = forbidsStale(held) ? 0 : seconds(honored, "stale-if-error", 0);
    const purged = this.#softPurgedFor(held, asks.path, now) ?? Number.NEGATIVE_INFINITY;
    const stale = Math.max(ageOf(held, now) - lifetimeOf(held, this.#rule).seconds, purged);
    return stale < Math.max(window, asked);
  }

  /** As the origin gets to see the request. */
  #seen({ fields }: Asking): Headers {
    const seen = new Headers(fields);
    if (this.#rule.requestCookies === "ignore") seen.delete("cookie");
    if (this.#rule.authorization === "ignore") seen.delete("authorization");
    return seen;
  }

  // §4.1: of several sets of names the one that was stored last.
  #select(asking: Asking): Held | null {
    const key = this.#key(asking);
    const variants = [...(this.#held.get(key)?.values() ?? [])].filter(
      (held) => !this.#isGone(held, asking.asks.path),
    );
    const matching = variants.filter(({ nominated }) =>
      nominated.every(([name, value]) => asking.fields.get(name) === value),
    );
    const [latest] = (this.#nominations.get(key) ?? []).flatMap(
      (names) => matching.find(({ nominated }) => namesOf(nominated) === names) ?? [],
    );
    return latest ?? null;
  }

  #key({ asks, fields }: Asking): string {
    return this.#rule.scope === "user" ? `${asks.path} of ${fields.get("authorization")}` : asks.path;
  }

  #place(asking: Asking, { nominated }: Held): string {
    return `${this.#key(asking)} ${JSON.stringify(nominated)}`;
  }

  #store(asking: Asking, arrived: Held): void {
    const { path } = asking.asks;
    // §4.4: what was on its way while it was invalidated is as old as what was.
    if (arrived.requestedAt <= (this.#invalidatedAt.get(path) ?? Number.NEGATIVE_INFINITY)) return;
    const key = this.#key(asking);
    const names = namesOf(arrived.nominated);
    const known = this.#held.get(key) ?? new Map<string, Held>();
    // A part does not take the place of the whole, and the store does not know which of them were purged.
    const standing = [known.get("[]"), known.get(JSON.stringify(arrived.nominated))];
    if (arrived.span !== null && standing.some((whole) => whole?.span === null && !whole.doubted)) return;
    // One that varies on nothing answers every request; one that does takes its place.
    if (names === "") known.clear();
    else known.delete("[]");
    this.#held.set(key, known.set(JSON.stringify(arrived.nominated), withoutListed(arrived)));
    const others = (this.#nominations.get(key) ?? []).filter((each) => each !== names && names !== "");
    this.#nominations.set(key, [names, ...others]);
  }

  #replace(asking: Asking, held: Held, by: Held): void {
    if (by.requestedAt <= (this.#invalidatedAt.get(asking.asks.path) ?? Number.NEGATIVE_INFINITY)) return;
    const variants = this.#held.get(this.#key(asking));
    if (variants?.delete(JSON.stringify(held.nominated))) variants.set(JSON.stringify(by.nominated), by);
  }

  #remove(asking: Asking, held: Held): void {
    this.#held.get(this.#key(asking))?.delete(JSON.stringify(held.nominated));
  }

  #isInvalid({ requestedAt }: Held, path: Path): boolean {
    return requestedAt <= (this.#invalidatedAt.get(path) ?? Number.NEGATIVE_INFINITY);
  }

  #purgesOf({ requestedAt }: Held, path: Path, soft: boolean): readonly number[] {
    return this.#purges
      .filter((purge) => purge.soft === soft && (purge.path ?? path) === path && requestedAt <= purge.at)
      .map(({ at }) => at);
  }

  #isGone(held: Held, path: Path): boolean {
    return this.#purgesOf(held, path, false).length > 0;
  }

  /** Seconds since a soft purge made it stale, or null. */
  #softPurgedFor(held: Held, path: Path, now: number): number | null {
    const instants = this.#purgesOf(held, path, true);
    return instants.length === 0 ? null : Math.max(0, Math.floor((now - Math.min(...instants)) / 1000));
  }
}

function seconds(directives: Asks["cacheControl"], name: string, otherwise: number): number {
  const argument = directives[name];
  return typeof argument === "number" ? argument : otherwise;
}

const namesOf = (nominated: Held["nominated"]) => nominated.map(([name]) => name).join();
const weak = (etag: string | undefined) => etag?.replace(/^W\//, "");

// What of a URI takes the place of a copy although it may not be kept itself.
const isWord = (status: number) =>
  (status >= 200 && status < 300 && status !== 206) || [404, 410].includes(status);

// §3.3
function holdsWanted({ span }: Held, { asks, fields }: Asking): boolean {
  if (span === null) return true;
  const wanted = asks.method === "GET" ? wantedOf(fields.get("range"), span.length) : null;
  return wanted !== null && wanted !== "none" && wanted.first >= span.first && wanted.last <= span.last;
}

function passOn(exchange: Exchange | undefined, method: string, rule: Rule): Expected {
  return exchange?.answer ? passed(exchange.answer, method, rule) : own(502);
}
