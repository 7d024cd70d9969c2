import { planRequest, type RequestPlan } from "../../cache/plan.ts";
import type { Policy } from "../../cache/policy.ts";
import { canonicalRequest } from "../../cache/request/canonical.ts";
import type { RequestHead } from "../../cache/types.ts";
import type { FieldSection, Fields } from "../../http/field-section.ts";
import { extensionOf } from "../../http/uri.ts";
import { choose, compileRules } from "../../rules/match/match.ts";
import type { RuleMatch, RuleSet } from "../../rules/rule.ts";
import type { LoggedFields, LoggedRequest } from "../logs/record.ts";
import type { Assumptions } from "./assumptions.ts";
import { Heads, type LoggedHead } from "./heads.ts";
import { Remembered, Seen } from "./remembered.ts";

/** What is to be done with a logged request; the same for all that say the same. */
export interface Planned {
  readonly policy: Policy;
  readonly plan: RequestPlan;
  /** As the engine judges it: the canonical one, where it is looked up. */
  readonly head: RequestHead;
  /** The target URI as the policy sees it, which a write invalidates. */
  readonly uri: string;
  readonly hasCookies: boolean;
  readonly isAuthorized: boolean;
  readonly alike: Alike;
}

/**
 * All that the third decision takes from a request besides its address: requests that are alike in it share the object. Of
 * the address it takes the URI, the tags, and the extension, which is part of it where the policy speaks of extensions.
 */
export interface Alike {
  readonly policy: Policy;
  readonly fields: FieldSection;
  readonly method: string;
  readonly extension: string | null;
}

/** The first decision on a logged request; null where its target is no address. */
export type Planner = (request: LoggedRequest) => Planned | null;

/** How many different requests are remembered: most of a log repeats what came before. */
const MOST_REMEMBERED = 50_000;

/**
 * The first decision on logged requests, by the functions that the Worker runs. Null where the target is no address.
 * Whoever has credentials is told from others by them, as by the hash of them in the Worker.
 */
export function createPlanner(
  rules: RuleSet,
  { host, responseFields }: Pick<Assumptions, "host" | "responseFields">,
): Planner {
  const matcher = compileRules(rules);
  const readsClient =
    nominates(responseFields) ||
    keysClient(rules.defaults) ||
    rules.rules.some(({ match, policy }) => testsClient(match) || keysClient(policy));
  const byTarget = new Remembered<string, Planned | null>(MOST_REMEMBERED);
  const bySignature = new Remembered<string, Planned | null>(MOST_REMEMBERED);
  // What comes once is most of some logs, and would only be in the way.
  const seen = new Seen();
  const heads = new Heads(host);
  const alikes = new Alikes();
  const plan = (request: LoggedRequest, target: string, isOneOfMany: boolean): Planned | null => {
    const head = heads.headOf(request, target, heads.fieldsOf(request, !isOneOfMany));
    if (head === null) return null;
    const { policy, params } = choose(matcher, head);
    head.params = params;
    return plannedOf(head, alikes.of(head, policy), request.client);
  };
  return (request) => {
    const isOneOfMany = !readsClient && !nominates(request.responseFields);
    const isBare = isOneOfMany && isBareGet(request);
    const known = isBare ? byTarget : bySignature;
    const name = isBare ? request.target : signatureOf(request, isOneOfMany);
    const found = known.get(name);
    if (found !== undefined) return found;
    const target = ownText(request.target);
    const planned = plan(request, target, isOneOfMany);
    if (seen.comesAgain(name)) known.set(isBare ? target : name, planned);
    return planned;
  };
}

// Most of most logs: then the target says it all, and nothing has to be put together for each line.
function isBareGet({ method, host, requestFields }: LoggedRequest): boolean {
  return method === "GET" && host === null && requestFields.length === 0;
}

// A part of the log's text would keep all of it in memory.
function ownText(part: string): string {
  return ` ${part}`.slice(1);
}

function plannedOf(head: RequestHead, alike: Alike, client: string | null): Planned {
  const { policy } = alike;
  const { headers } = head;
  const who = headers.get("authorization") ?? headers.get("cookie");
  const plan = planRequest(head, policy, { identity: who, body: client });
  const isLookedUp = plan.kind === "lookup";
  return {
    policy,
    plan,
    head: isLookedUp ? plan.head : head,
    uri: isLookedUp ? plan.key.uri : canonicalRequest(head, policy).url.href,
    hasCookies: headers.has("cookie"),
    isAuthorized: headers.has("authorization"),
    alike,
  };
}

// A log that is no log may show any number of methods.
const MOST_KINDS = 100;

/** Finds what is shared by requests that are alike. */
class Alikes {
  readonly #known = new WeakMap<Fields, Map<Policy, Remembered<string, Alike>>>();
  #latest: Alike | null = null;

  of({ method, url, headers: fields }: LoggedHead, policy: Policy): Alike {
    const latest = this.#latest;
    const extension = policy.extensions.length === 0 ? null : extensionOf(url.pathname);
    if (latest?.policy === policy && latest.fields === fields)
      if (latest.method === method && latest.extension === extension) return latest;
    this.#latest = this.#found({ policy, fields, method, extension }, fields);
    return this.#latest;
  }

  #found(alike: Alike, fields: Fields): Alike {
    const byPolicy = this.#known.get(fields) ?? new Map<Policy, Remembered<string, Alike>>();
    this.#known.set(fields, byPolicy);
    const others = byPolicy.get(alike.policy) ?? new Remembered<string, Alike>(MOST_KINDS);
    byPolicy.set(alike.policy, others);
    const name = `${alike.method} ${alike.extension}`;
    const known = others.get(name) ?? alike;
    others.set(name, known);
    return known;
  }
}

// What says nothing to any rule need not tell requests apart.
function signatureOf(request: LoggedRequest, isOneOfMany: boolean): string {
  const { method, host, target, requestFields, client, referer, userAgent } = request;
  const asked = host === null ? `${method} ${target}` : `${method} ${target} ${host}`;
  if (!isOneOfMany) return `${asked} ${JSON.stringify([client, referer, userAgent, requestFields])}`;
  return requestFields.length === 0 ? asked : `${asked} ${JSON.stringify(requestFields)}`;
}

// Which field an answer nominates is not known before it is there.
function nominates(responseFields: LoggedFields): boolean {
  return responseFields.some(([name]) => name.toLowerCase() === "vary");
}

function testsClient(match: RuleMatch): boolean {
  const { headers, cookies, country, continent, asn, tlsVersion, ip, bot, not, any, all } = match;
  const lists = [headers, cookies, country, continent, asn, tlsVersion, ip];
  return bot !== null || lists.some(({ length }) => length > 0) || [...not, ...any, ...all].some(testsClient);
}

// The client stands for the body, which no log has.
function keysClient({ key }: Policy): boolean {
  const lists = [key.headers, key.cookies, key.languages, key.mediaTypes, key.encodings];
  return key.device || key.country || key.body !== null || lists.some(({ length }) => length > 0);
}
