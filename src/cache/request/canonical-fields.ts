import { acceptedMediaType } from "../../http/accept.ts";
import { acceptedEncoding } from "../../http/accept-encoding.ts";
import { acceptedLanguage } from "../../http/accept-language.ts";
import { cookieValue } from "../../http/cookie.ts";
import { type FieldSection, Fields } from "../../http/field-section.ts";
import { dropFields } from "../../http/fields.ts";
import type { KeyedField, KeyPolicy, Policy, Scope } from "../policy.ts";
import type { RequestHead } from "../types.ts";
import { deviceClass } from "./device.ts";
import { isBodyRead } from "./request.ts";
import { COUNTRY_FIELD, DEVICE_FIELD, withoutUnseen } from "./request-fields.ts";

/** What a field becomes; null: it is not there, or it goes. */
interface Fold {
  readonly name: string;
  readonly value: (sent: string | null, request: RequestHead) => string | null;
}

/** The fields of a canonical request (canonical.ts); the same object where nothing changes. */
export function canonicalFields(request: RequestHead, policy: Policy): FieldSection {
  const seen = withoutUnseen(request.headers, policy);
  const whole = isBodyRead(request, policy) ? withoutContent(seen) : seen;
  let folded: Fields | null = null;
  for (const { name, value } of foldsOf(policy)) {
    const sent = (folded ?? whole).get(name);
    const wanted = value(sent, request);
    if (wanted === sent) continue;
    folded ??= new Fields(whole);
    if (wanted === null) folded.delete(name);
    else folded.set(name, wanted);
  }
  return folded ?? whole;
}

// What concerns the body, what would make something else than the whole answer of it, and claims of being
// another method, which the origin's own part of the proxy drops from a GET only.
const BODY_READ_DROPS =
  /^(?:content-.*|if-.*|expect|range|transfer-encoding|x-(?:http-)?method(?:-override)?)$/;

function withoutContent(headers: FieldSection): FieldSection {
  return dropFields(
    headers,
    [...headers.keys()].filter((name) => BODY_READ_DROPS.test(name)),
  );
}

// A policy is prebuilt and serves many requests; most fold nothing.
const known = new WeakMap<Policy, readonly Fold[]>();

function foldsOf(policy: Policy): readonly Fold[] {
  const found = known.get(policy);
  if (found !== undefined) return found;
  const folds = [...dropsOf(policy), ...cookieFolds(policy), ...keyFolds(policy.key)];
  known.set(policy, folds);
  return folds;
}

function dropsOf({ requestCookies, authorization, cors }: Policy): readonly Fold[] {
  return [
    ...(requestCookies === "ignore" ? [drop("cookie")] : []),
    ...(authorization === "ignore" ? [drop("authorization")] : []),
    // Whom the answer is for is said at the edge (cors.ts).
    ...(cors === null ? [] : [drop("origin")]),
  ];
}

function drop(name: string): Fold {
  return { name, value: () => null };
}

function cookieFolds({ key, scope, requestCookies }: Policy): readonly Fold[] {
  if (key.cookies.length === 0 || requestCookies === "ignore") return [];
  const kept = [...identityCookies(scope), ...key.cookies];
  return [{ name: "cookie", value: (_, request) => cookieField(request.headers, kept) }];
}

// The key holds what the cookie stands for, and the origin has to see whose answer it is to give.
function identityCookies(scope: Scope): readonly KeyedField[] {
  const name = identityCookie(scope);
  return name === null ? [] : [{ name, by: "value" }];
}

function identityCookie(scope: Scope): string | null {
  switch (scope.kind) {
    case "shared":
      return null;
    case "claims":
      return scope.jwt.cookie;
    case "user":
      if (scope.identity.kind === "cookie") return scope.identity.name;
      return scope.identity.kind === "claim" ? scope.identity.jwt.cookie : null;
    default:
      return scope satisfies never;
  }
}

/** A Cookie field of these names only, in this order; the first word on a name counts. */
function cookieField(headers: FieldSection, kept: readonly KeyedField[]): string | null {
  const pairs = new Map<string, string>();
  for (const { name, by } of kept) {
    const value = cookieValue(headers, name);
    if (value !== null && !pairs.has(name)) pairs.set(name, by === "presence" ? "1" : value);
  }
  return pairs.size === 0 ? null : Array.from(pairs, ([name, value]) => `${name}=${value}`).join("; ");
}

function keyFolds(key: KeyPolicy): readonly Fold[] {
  const { languages, mediaTypes, encodings } = key;
  return [
    ...key.headers.filter(({ by }) => by === "presence").map(({ name }) => presence(name)),
    ...(key.device ? [{ name: DEVICE_FIELD, value: device }] : []),
    ...(key.country ? [{ name: COUNTRY_FIELD, value: country }] : []),
    ...negotiated("accept-language", languages, (sent) => acceptedLanguage(sent, languages)),
    ...negotiated("accept", mediaTypes, (sent) => acceptedMediaType(sent, mediaTypes)),
    ...negotiated("accept-encoding", encodings, (sent, { client }) =>
      acceptedEncoding(client.acceptEncoding ?? sent, encodings),
    ),
  ];
}

function presence(name: string): Fold {
  return { name, value: (sent) => (sent === null ? null : "1") };
}

function device(_: string | null, { headers }: RequestHead): string {
  return deviceClass(headers);
}

// "XX" is what Cloudflare itself says where it does not know.
function country(_: string | null, { client }: RequestHead): string {
  return client.country ?? "XX";
}

/** Nothing where none is available; the first of them where none is accepted. */
function negotiated(
  name: string,
  available: readonly string[],
  accepted: (sent: string | null, request: RequestHead) => string | null,
): readonly Fold[] {
  const [first] = available;
  return first === undefined ? [] : [{ name, value: (sent, request) => accepted(sent, request) ?? first }];
}
