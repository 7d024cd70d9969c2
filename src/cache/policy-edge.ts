/** What is said of the edge itself: whom it lets in, what it answers, what it adds, by what origins know it. */

import type { Template } from "./policy.ts";

/** Header fields without which a request is refused. */
export interface RequiredFields {
  readonly fields: readonly {
    /** Lower case. */
    readonly name: string;
    /** True: present. False: absent. A list: one of these. An expression: found in the value. */
    readonly wanted: boolean | readonly string[] | RegExp;
  }[];
  /** Of the refusal: 400 to 499. */
  readonly status: number;
}

/** Only who has a link that was signed with one of these secrets is let in (signed-url.ts). */
export interface SignedUrlPolicy {
  /** Names of variables; those after the first are being replaced. */
  readonly secrets: readonly string[];
  /** Whether a link is for one client's address. */
  readonly boundToAddress: boolean;
}

/** By what an origin knows that a request comes from here, and from nowhere else. Secrets are names of variables. */
export interface OriginAuth {
  /** A field with a secret that both know. */
  readonly header: { readonly name: string; readonly secret: string } | null;
  /** A signature of each request (RFC 9421). */
  readonly signature: {
    readonly secret: string;
    readonly keyId: string;
    /** Longer contents are not signed. */
    readonly maxBodyBytes: number;
  } | null;
  /** The name of a binding that presents a client certificate (mTLS). */
  readonly certificate: string | null;
}

/** Fields that every answer gets on its way out; none of them is stored. */
export interface SecurityFields {
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** Whether they take the place of those that the origin has set. */
  readonly override: boolean;
}

/** The Fetch standard's CORS protocol, answered for each request. */
export interface CorsPolicy {
  /** Serialised origins; `https://*.example.com` is every subdomain. */
  readonly origins: "*" | readonly string[];
  readonly methods: readonly string[];
  /** Request fields allowed, lower case; "*": whatever is asked for. */
  readonly headers: "*" | readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly credentials: boolean;
  /** How long a browser may keep the answer to a preflight, or null for its default. */
  readonly maxAgeSeconds: number | null;
}

/** An answer of our own. */
export type FixedAnswer =
  | { readonly kind: "redirect"; readonly status: number; readonly to: Template }
  | {
      readonly kind: "fixed" | "block" | "maintenance";
      readonly status: number;
      readonly fields: readonly (readonly [name: string, value: string])[];
      readonly body: string;
    };

/** Cloudflare's rate limit binding; `limit` and `periodSeconds` are what wrangler.toml gives it. */
export interface RateLimit {
  readonly binding: string;
  readonly limit: number;
  readonly periodSeconds: 10 | 60;
  readonly by: Template;
}
