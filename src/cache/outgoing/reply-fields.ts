import { dropDirectives } from "../../http/directive-list.ts";
import type { ChangeableFields } from "../../http/field-section.ts";
import type { Policy } from "../policy.ts";
import { PURGE_FIELD, TAG_FIELDS } from "../storing/tags.ts";

// RFC 9213 §3.1: a field that targets this hop alone ends here, as do tags: they are names to purge by.
const OURS = ["cloudflare-cdn-cache-control", ...TAG_FIELDS, PURGE_FIELD];

/** What would have a cache behind this one share the answer. */
const SHARING_DIRECTIVES = new Set(["public", "s-maxage", "proxy-revalidate", "private"]);

/**
 * Makes fields what clients may see: without those that end at this hop, and where copies are for one user or one
 * class of users, `private` and without what tells other caches more than that. For stored and passed answers alike.
 */
export function finishFields(fields: ChangeableFields, { scope }: Policy): void {
  for (const name of OURS) fields.delete(name);
  if (scope.kind !== "shared") makePrivate(fields);
}

// RFC 9111 §5.2.2.7: whoever stands between us and the client has no key that holds the identity.
function makePrivate(fields: ChangeableFields): void {
  const kept = dropDirectives(fields.get("cache-control"), SHARING_DIRECTIVES);
  fields.set("cache-control", ["private", ...kept].join(", "));
  for (const name of [...fields.keys()].filter(targetsSharedCaches)) fields.delete(name);
}

// RFC 9213 §2: by convention the name of a targeted field ends so.
function targetsSharedCaches(name: string): boolean {
  return name.endsWith("cdn-cache-control") || name === "surrogate-control";
}
