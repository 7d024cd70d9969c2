import { canonicalRequest } from "../../cache/canonical.ts";
import { planRequest, type RequestPlan } from "../../cache/plan.ts";
import type { Policy } from "../../cache/policy.ts";
import { changedHead } from "../../cache/request.ts";
import type { ClientFacts, RequestHead } from "../../cache/types.ts";
import { normalisePath } from "../../http/uri.ts";
import { choose, compileRules } from "../../rules/match.ts";
import type { RuleMatch, RuleSet } from "../../rules/rule.ts";
import type { LoggedRequest } from "../logs/record.ts";

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
}

export type Planner = (request: LoggedRequest) => Planned | null;

/** How many different requests are remembered: most of a log repeats what came before. */
const MOST_REMEMBERED = 30_000;

/**
 * The first decision on logged requests, by the functions that the Worker runs. Null where the target is no address.
 * Whoever has credentials is told from others by them, as by the hash of them in the Worker.
 */
export function createPlanner(rules: RuleSet, host: string): Planner {
  const matcher = compileRules(rules);
  const readsClient = rules.rules.some(({ match, policy }) => testsClient(match) || keysClient(policy));
  const known = new Map<string, Planned | null>();
  const plan = (request: LoggedRequest): Planned | null => {
    const head = headOf(request, host);
    if (head === null) return null;
    const { policy, params } = choose(matcher, head);
    return plannedOf(changedHead(head, { params }), policy, request);
  };
  return (request) => {
    const signature = signatureOf(request, readsClient);
    const found = known.get(signature);
    if (found !== undefined) return found;
    if (known.size >= MOST_REMEMBERED) known.clear();
    const planned = plan(request);
    known.set(signature, planned);
    return planned;
  };
}

function plannedOf(head: RequestHead, policy: Policy, { client }: LoggedRequest): Planned {
  const who = head.headers.get("authorization") ?? head.headers.get("cookie");
  const plan = planRequest(head, policy, { identity: who, body: client });
  const uri = plan.kind === "lookup" ? plan.key.uri : canonicalRequest(head, policy).url.href;
  return {
    ...{ policy, plan, uri, head: plan.kind === "lookup" ? plan.head : head },
    hasCookies: head.headers.has("cookie"),
    isAuthorized: head.headers.has("authorization"),
  };
}

// What says nothing to any rule need not tell requests apart.
function signatureOf(request: LoggedRequest, readsClient: boolean): string {
  const { method, host, target, requestFields } = request;
  const asked = host === null ? `${method} ${target}` : `${method} ${target} ${host}`;
  if (!readsClient) return requestFields.length === 0 ? asked : `${asked} ${JSON.stringify(requestFields)}`;
  const { client, referer, userAgent } = request;
  return `${asked} ${JSON.stringify([client, referer, userAgent, requestFields])}`;
}

function headOf(request: LoggedRequest, usual: string): RequestHead | null {
  const { method, host, target, client, referer, userAgent, requestFields } = request;
  const url = URL.parse(target.startsWith("/") ? `https://${host ?? usual}${target}` : target);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  url.hash = "";
  url.pathname = normalisePath(url.pathname);
  const headers = new Headers();
  if (referer !== null) addField(headers, "referer", referer);
  if (userAgent !== null) addField(headers, "user-agent", userAgent);
  for (const [name, value] of requestFields) addField(headers, name, value);
  return { method, url, headers, client: factsOf(client, headers), params: {} };
}

// A log may have cut or escaped what it shows.
function addField(headers: Headers, name: string, value: string): void {
  try {
    headers.append(name, value);
  } catch {
    // Left out: nothing that could not be sent was sent.
  }
}

function factsOf(ip: string | null, headers: Headers): ClientFacts {
  const country = headers.get("cf-ipcountry");
  return { ip, country, continent: null, asn: null, acceptEncoding: null, tlsVersion: null, bot: null };
}

function testsClient(match: RuleMatch): boolean {
  const { headers, cookies, country, continent, asn, tlsVersion, ip, bot, not, any, all } = match;
  const lists = [headers, cookies, country, continent, asn, tlsVersion, ip];
  return bot !== null || lists.some(({ length }) => length > 0) || [...not, ...any, ...all].some(testsClient);
}

function keysClient({ key }: Policy): boolean {
  const lists = [key.headers, key.cookies, key.languages, key.mediaTypes, key.encodings];
  return key.device || key.country || lists.some(({ length }) => length > 0);
}
