/** Clients that ask for everything in every way at once, and check what they get. */
import { setTimeout as sleep } from "node:timers/promises";
import { type ClientRequest, type ClientResponse, send } from "../../test/support/client.ts";
import type { Ledger } from "./ledger.ts";
import type { SoakOrigin } from "./origin.ts";
import { bodyOf, KINDS, type Kind, kindOf, labelOf, ORIGIN_TIMEOUT_SECONDS, TOKEN } from "./world.ts";

/** The Worker has given up on the origin by then, more than once. */
const LONGEST_ANSWER_MS = (3 * ORIGIN_TIMEOUT_SECONDS + 9) * 1000;
/** What ages are rounded by, and what an answer may take on its way: a rule's lifetime counts from its arrival. */
const ROUNDING_MS = 1_500 + ORIGIN_TIMEOUT_SECONDS * 1000;
const LANGUAGES = ["de", "en", "fr"];
const USERS = ["anna", "ben", "cleo"];
const HERD = 25;

export interface Soaked {
  readonly url: string;
  readonly origin: SoakOrigin;
  readonly ledger: Ledger;
  /** By outcome, as Cache-Status tells it, or the status of an error. */
  readonly outcomes: Map<string, number>;
  isOver(): boolean;
}

/** The version that a path must show at least: what was written or purged. */
const floors = new Map<string, number>();
/** Entity tags that a client has seen, by path, user and language. */
const seen = new Map<string, string>();

/** One client, until it is over. */
export async function client(soaked: Soaked): Promise<void> {
  while (!soaked.isOver()) {
    await act(soaked);
    await sleep(Math.random() * 8);
  }
}

function act(soaked: Soaked): Promise<unknown> {
  const chance = Math.random();
  const path = anyPath();
  // A write in the midst of a herd sends each who waits on its own way: what they waited for is no longer valid.
  if (chance < 0.02 && kindOf(path).name !== "herd") return write(path, soaked);
  if (chance < 0.03) return purge(`/tagged/${Math.floor(Math.random() * KINDS.tagged.paths)}`, soaked);
  if (chance < 0.035) return herd(soaked);
  if (chance < 0.15) soaked.origin.change(path);
  return read(path, soaked);
}

function anyPath(): string {
  const kinds: readonly Kind[] = Object.values(KINDS);
  // The large ones are few.
  const kind = kinds[Math.floor(Math.random() ** 0.8 * kinds.length)] ?? KINDS.plain;
  const named = kind.name === "large" && Math.random() < 0.8 ? KINDS.plain : kind;
  return `/${named.name}/${Math.floor(Math.random() * named.paths)}`;
}

/** A read in one of many ways; what it must be follows from the way. */
export async function read(path: string, soaked: Soaked): Promise<void> {
  const { name } = kindOf(path);
  const lang = pick(LANGUAGES);
  // Also where it does not matter: what came to one user must not become everybody's.
  const user = name === "user" || Math.random() < 0.05 ? pick(USERS) : "-";
  const knows = seen.get(`${path} ${user} ${lang}`);
  const chance = Math.random();
  const isHerd = name === "herd";
  const range =
    !isHerd && chance < 0.1 ? { range: `bytes=${Math.floor(Math.random() * 500)}-${pick(["", "700"])}` } : {};
  const condition = chance > 0.8 && knows !== undefined ? { "if-none-match": knows } : {};
  const authorization = user === "-" ? {} : { authorization: `Bearer ${user}` };
  const method = !isHerd && chance > 0.1 && chance < 0.15 ? "HEAD" : "GET";
  const headers = { "accept-language": lang, ...authorization, ...range, ...condition };
  await ask({ path, user, lang, request: { method, headers } }, soaked);
}

interface Asked {
  readonly path: string;
  readonly user: string;
  readonly lang: string;
  readonly request: ClientRequest;
}

async function ask(asked: Asked, soaked: Soaked): Promise<void> {
  const askedAt = performance.now();
  const floor = floors.get(asked.path) ?? 0;
  const answer = await answerTo(asked.path, asked.request, soaked);
  if (answer !== null) check({ ...asked, askedAt, floor, answer }, soaked);
}

async function answerTo(
  path: string,
  request: ClientRequest,
  soaked: Soaked,
): Promise<ClientResponse | null> {
  const clock = new AbortController();
  const late = sleep(LONGEST_ANSWER_MS, null, { signal: clock.signal }).catch(() => null);
  const answer = await Promise.race([send(soaked.url + path, request).catch(() => null), late]);
  clock.abort();
  soaked.ledger.check("answered", answer !== null, () => `${request.method ?? "GET"} ${path}`);
  const outcome = answer === null ? "none" : outcomeOf(answer);
  soaked.outcomes.set(outcome, (soaked.outcomes.get(outcome) ?? 0) + 1);
  return answer;
}

function outcomeOf({ status, headers }: ClientResponse): string {
  if (status >= 500) return String(status);
  const said = headers["cache-status"] ?? "";
  if (said.includes("collapsed")) return "collapsed";
  if (said.includes("stale-")) return /stale-[a-z-]+/.exec(said)?.[0] ?? "stale";
  return said.includes(";hit") ? "hit" : (/fwd=([a-z-]+)/.exec(said)?.[1] ?? "none");
}

interface Checked extends Asked {
  readonly askedAt: number;
  readonly floor: number;
  readonly answer: ClientResponse;
}

function check(
  { path, user, lang, request, askedAt, floor, answer }: Checked,
  { ledger, origin }: Soaked,
): void {
  if (answer.status >= 400) return;
  const { etag } = answer.headers;
  const label = labelOf(etag);
  const told = () =>
    `${request.method} ${path} by ${user} in ${lang}: ${answer.status} ${etag}, ${answer.bytes.length} bytes`;
  ledger.check("variant", label?.path === path && ["-", lang].includes(label.lang), told);
  if (label === null) return;
  const { name, ttlSeconds, staleSeconds, errorSeconds } = kindOf(path);
  ledger.check("user", label.user === user || (label.user === "-" && name !== "user"), told);
  ledger.check("bytes", hasRightBytes(answer, bodyOf(label), request.method === "HEAD"), told);
  ledger.check("invalid", label.version >= floor, () => `${told()}, at least ${floor}`);
  const replacedAt = origin.replacedAt(label);
  const allowedMs = (ttlSeconds + Math.max(staleSeconds, errorSeconds)) * 1000 + ROUNDING_MS;
  const isOld = replacedAt !== null && askedAt - replacedAt > allowedMs;
  ledger.check(
    "age",
    !isOld,
    () => `${told()}, replaced ${Math.round(askedAt - (replacedAt ?? 0))} ms before`,
  );
  if (answer.status === 200 && etag !== undefined) seen.set(`${path} ${user} ${lang}`, etag);
}

/** Where the origin cut a body short, so may the answer be; what came must be right all the same. */
function hasRightBytes(
  { status, headers, bytes, complete }: ClientResponse,
  whole: Buffer,
  isHead: boolean,
): boolean {
  if (status === 304 || isHead) return bytes.length === 0;
  const [, first = "0", last = String(whole.length - 1)] =
    /^bytes (\d+)-(\d+)\//.exec(headers["content-range"] ?? "") ?? [];
  const wanted = status === 206 ? whole.subarray(Number(first), Number(last) + 1) : whole;
  return complete ? bytes.equals(wanted) : bytes.equals(wanted.subarray(0, bytes.length));
}

async function write(path: string, soaked: Soaked): Promise<void> {
  const answer = await answerTo(path, { method: "POST", body: "new" }, soaked);
  // What has failed may have been done, or not.
  if (answer?.status === 200) raiseFloor(path, Number(answer.headers["x-version"]));
}

async function purge(path: string, soaked: Soaked): Promise<void> {
  const version = soaked.origin.version(path);
  const tag = `tagged:${path.split("/")[2]}`;
  const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
  const body = JSON.stringify({ tags: [tag] });
  const answer = await answerTo("/__selvedge/purge", { method: "POST", headers, body }, soaked);
  if (answer?.status === 200) raiseFloor(path, version);
}

function raiseFloor(path: string, version: number): void {
  floors.set(path, Math.max(floors.get(path) ?? 0, version));
}

let herds = 0;

/** Many ask for the same at once: for what nobody has asked for yet, or for what has just expired. */
async function herd(soaked: Soaked): Promise<void> {
  const isCold = Math.random() < 0.5;
  const path = isCold ? `/herd/cold-${++herds}` : `/herd/${Math.floor(Math.random() * KINDS.herd.paths)}`;
  const asked = { path, user: "-", lang: "en", request: { method: "GET", headers: {} } };
  await Promise.all(Array.from({ length: HERD }, () => ask(asked, soaked)));
}

function pick<Choice>(choices: readonly [Choice, ...Choice[]] | readonly Choice[]): Choice {
  return choices[Math.floor(Math.random() * choices.length)] as Choice; // none of the lists is empty
}
