import type { PrimaryKey } from "../../cache/key.ts";
import type { Reason } from "../../cache/reasons.ts";
import type { StoredResponse } from "../../cache/types.ts";
import type { Validators } from "../../cache/validation.ts";
import type { FieldSection } from "../../http/field-section.ts";
import type { Selected } from "../../store/select.ts";
import type { StoredBody } from "../../store/store.ts";
import type { OriginReply } from "../origin/attempt.ts";
import type { Exchange, Shell } from "../shell.ts";
import type { Land, Landing } from "./flights.ts";

/** One request to the origin on behalf of a stored response, or of the lack of one. */
export interface Job extends PrimaryKey {
  readonly exchange: Exchange;
  readonly selected: Selected;
  /** Sent where the stored response is to be validated. */
  readonly validators: Validators | null;
  /** True where answers to this key were not storable of late: the client's own conditions go along. */
  readonly unshared: boolean;
}

/** What the fetch half hands to the client's half. */
export type Refreshed =
  | {
      readonly kind: "response";
      readonly reason: Reason;
      readonly response: StoredResponse;
      readonly body: StoredBody | null;
      readonly originStatus: number;
      readonly stored: boolean;
      /** True where the origin confirmed what was stored. */
      readonly validated: boolean;
      /** Settles when all of it has been kept, or could not be. Never rejects. */
      readonly settled: Promise<Landing>;
    }
  | { readonly kind: "stale"; readonly reason: Reason; readonly originStatus: number | null }
  | {
      readonly kind: "passed";
      readonly reason: Reason;
      readonly response: Response;
      readonly headers: FieldSection;
    }
  | { readonly kind: "failed"; readonly reason: Reason; readonly retryAfterSeconds: number | null };

/** A job that the origin has answered, and who is told what others may share of it. */
export interface Answered extends Job {
  readonly reply: OriginReply;
  readonly shell: Shell;
  readonly land: Land;
}
