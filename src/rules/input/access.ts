/** How the rules file says who is let in, and how answers are hardened. */

import type { FieldTest } from "./match.ts";

/** What a request must have. */
export interface RequireInput {
  /** Tests of header fields by name, all of which must hold. */
  readonly headers: Readonly<Record<string, FieldTest>>;
  /** What who fails them is answered, from 400 to 499. Default: 403. */
  readonly status?: number;
}

/** Links that were signed with a shared secret, and expire. */
export interface SignedUrlInput {
  /** The name of a secret of at least 32 characters; or of several, any of which is good. */
  readonly secret: string | readonly string[];
  /** Whether each link is for one client address, which is signed with it. Default: `false`. */
  readonly boundToAddress?: boolean;
}

/** Fields that harden answers, beginning with those of `"api"`. */
export interface SecurityHeadersInput {
  /** Values in place of, or besides, those of `"api"`; `false` leaves a field out. Default: none. */
  readonly fields?: Readonly<Record<string, string | false>>;
  /** Whether they replace what the origin has set. Default: `false`. */
  readonly override?: boolean;
}
