import { isPersonal } from "../../rules/lint/users.ts";

/** What looks like one user's own, or like a write, by its name alone. Who is in doubt is not cached. */

const PERSONAL = new Set([
  ...["my", "mine", "self", "whoami", "users", "accounts", "profiles", "customer", "customers", "members"],
  ...["settings", "preferences", "notifications", "messages", "inbox", "dashboard", "history", "private"],
  ...["order", "basket", "wishlist", "favorites", "favourites", "bookmarks", "subscriptions", "addresses"],
  ...["wallet", "billing", "invoice", "invoices", "payment", "payments", "balance", "transactions"],
  ...["sessions", "logout", "signin", "signup", "register", "password", "token", "tokens", "oauth", "sso"],
]);

// As a segment, or as what it begins with: `/delete`, `/delete-item`, `/delete_all`.
const WRITE =
  /^(?:add|approve|activate|beacon|buy|cancel|click|clear|collect|confirm|create|deactivate|decrement|delete|destroy|disable|edit|enable|increment|insert|like|pay|pixel|publish|purchase|remove|reset|save|send|submit|subscribe|toggle|track|trigger|unfollow|unlike|unsubscribe|update|upload|verify|vote)(?:$|[-_.:])/i;

const WRITING_PARAMETER = /^(?:_?method|action|cmd|command|delete|do|op|operation|remove|submit)$/i;

const NAMING_PARAMETER =
  /^(?:.*[-_])?(?:api-?key|auth|authorization|credential|email|jwt|otp|passw(?:or)?d|phpsessid|session|session-?id|sid|sig|signature|token|uid|user|user-?id|user-?name)$/i;

const NAMING_FIELD =
  /^(?:x-)?(?:(?!sec-).*-)?(?:api-?key|auth|authorization|jwt|session|session-id|token|user|user-id|user-name)$/;

/** Whether a path, or a pattern of one, looks like one user's own. */
export function looksPersonal(path: string): boolean {
  return (
    isPersonal(path) || segmentsOf(path).some((segment) => PERSONAL.has(segment) || /^my[-_]/.test(segment))
  );
}

/** Whether a path looks like one that changes something when it is asked for. */
export function looksLikeWrite(path: string): boolean {
  return segmentsOf(path).some((segment) => WRITE.test(segment));
}

/** Whether a query parameter says who asks, or is a secret. */
export function namesUser(parameter: string): boolean {
  // `userId` and `user_id` are the same.
  return NAMING_PARAMETER.test(parameter.replace(/([a-z])([A-Z])/g, "$1-$2").replaceAll("_", "-"));
}

/** Whether a query parameter says what is to be done. */
export function asksForWrite(parameter: string): boolean {
  return WRITING_PARAMETER.test(parameter);
}

/** Whether a field of a request says who asks, besides Cookie. Names in lower case. */
export function isCredential(field: string): boolean {
  return NAMING_FIELD.test(field);
}

function segmentsOf(path: string): readonly string[] {
  return path.split("/").map((segment) => segment.toLowerCase());
}
