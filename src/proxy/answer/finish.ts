import { withCors } from "../../cache/outgoing/cors.ts";
import { harden } from "../../cache/outgoing/security-fields.ts";
import type { FieldChanges } from "../../cache/policy.ts";
import { changeFields } from "../../cache/template/changes.ts";
import type { FieldSection } from "../../http/field-section.ts";
import type { Exchange } from "../shell.ts";
import type { Answer } from "./answer.ts";

/** What the rules change in each answer on its way out: what hardens it, CORS for this client, and fields. Nothing is stored. */
export function finish(exchange: Exchange, answer: Answer): Answer {
  const { head, policy } = exchange;
  const { response } = answer;
  if (policy.securityFields !== null) harden(response.headers, policy.securityFields, head.url);
  if (policy.cors === null && changesNothing(policy.responseFields)) return answer;
  const isOurs = policy.cors === null || answer.reason === "preflight";
  const readable = isOurs ? response.headers : withCors(response.headers, head, policy.cors);
  const subject = {
    request: head,
    response: { status: response.status, headers: response.headers },
    variables: {},
  };
  replaceFields(response.headers, changeFields(readable, policy.responseFields, subject));
  return answer;
}

function changesNothing({ remove, set, add }: FieldChanges): boolean {
  return remove.length === 0 && set.length === 0 && add.length === 0;
}

// The response was made here and is not yet sent: its fields can still be changed, without a copy of its body.
function replaceFields(headers: Headers, fields: FieldSection): void {
  if (fields === headers) return;
  const wanted = [...fields];
  for (const name of [...headers.keys()]) headers.delete(name);
  for (const [name, value] of wanted) headers.append(name, value);
}
