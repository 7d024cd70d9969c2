import { isPreflight } from "../../cache/outgoing/cors.ts";
import type { Policy, SignedUrlPolicy } from "../../cache/policy.ts";
import type { Reason } from "../../cache/reasons.ts";
import { changedHead } from "../../cache/request/request.ts";
import { readSignedUrl } from "../../cache/request/signed-url.ts";
import type { RequestHead } from "../../cache/types.ts";
import type { Config } from "../../config.ts";
import { headerCondition } from "../../rules/match/condition-fields.ts";
import { isSignatureOf } from "./hmac.ts";

/** Whether a request is let in, before anything is looked up. No head has the signature of its URL any more. */
export type Admission = { readonly head: RequestHead } & (
  | { readonly kind: "admit" }
  | { readonly kind: "refuse"; readonly status: number; readonly reason: Reason }
);

interface Surroundings {
  readonly config: Config;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/**
 * Refuses who lacks what the rule asks for: header fields, a good signature. What cannot be verified is refused, and
 * never thrown. A preflight has neither (Fetch §3.3.2), and is answered without the origin.
 */
export async function admit(
  head: RequestHead,
  policy: Policy,
  surroundings: Surroundings,
): Promise<Admission> {
  const { required, signedUrl } = policy;
  if (policy.respond !== null || (policy.cors !== null && isPreflight(head))) return { kind: "admit", head };
  const signed = signedUrl === null ? null : readSignedUrl(head, policy);
  const unsigned = signed === null ? head : changedHead(head, { url: signed.url });
  if (required?.fields.some((test) => !headerCondition(test).holds(head)))
    return { kind: "refuse", status: required.status, reason: "required-field", head: unsigned };
  const reason = signedUrl && signed && (await whyRefused(signed, signedUrl, surroundings));
  return reason === null
    ? { kind: "admit", head: unsigned }
    : { kind: "refuse", status: 403, reason, head: unsigned };
}

async function whyRefused(
  signed: ReturnType<typeof readSignedUrl>,
  { secrets }: SignedUrlPolicy,
  { config, clock }: Surroundings,
): Promise<Reason | null> {
  if (signed.kind === "refused") return signed.reason;
  const isGood = await isSignedByOne(
    signed,
    secrets.map((name) => config.variables[name] ?? ""),
  );
  if (!isGood) return "signature-invalid";
  return clock() < signed.expiresAt ? null : "signature-expired";
}

async function isSignedByOne(
  { text, signature }: { readonly text: string; readonly signature: string },
  secrets: readonly string[],
): Promise<boolean> {
  for (const secret of secrets) {
    if (secret !== "" && (await isVerified(text, signature, secret))) return true;
  }
  return false;
}

async function isVerified(text: string, signature: string, secret: string): Promise<boolean> {
  try {
    return await isSignatureOf(text, signature, secret);
  } catch (error) {
    console.error(`a signed URL could not be verified: ${String(error)}`);
    return false;
  }
}
