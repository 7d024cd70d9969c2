import { isbot } from "isbot";
import type { FieldSection } from "./field-section.ts";

/** What is looked at of a field that a client may make as long as it likes. */
const LONGEST_TESTED = 512;

/**
 * Whether User-Agent (RFC 9110 §10.1.5) names a program and no browser: crawlers, and also curl and the libraries
 * that programs ask with. By isbot's expression, which is compiled when it is first asked.
 */
export function isAutomated(headers: FieldSection): boolean {
  const agent = headers.get("user-agent");
  return agent !== null && isbot(agent.slice(0, LONGEST_TESTED));
}
