import type { OriginSettings } from "../../cache/policy.ts";

/** What a request may do: be sent, be sent as the test of whether the origin is back, or not be sent. */
export type Admission = "send" | "test" | "refuse";

const LONGEST_PAUSE_MS = 600_000;
/** A test that is never heard of again, because what ran it was cancelled, is given up after this. */
const LOST_TEST_MS = 60_000;

/**
 * Stops asking an origin that keeps failing, for a while; then one request, or one health check, tests it. Of one
 * isolate. Instants are milliseconds since the epoch.
 */
export class Breaker {
  readonly #mostFailures: number;
  readonly #cooldownMs: number;
  #failures = 0;
  /** Null while it is closed. */
  #openUntil: number | null = null;
  /** Null while nobody tests. */
  #testedUntil: number | null = null;

  constructor({ failures, cooldownSeconds }: NonNullable<OriginSettings["breaker"]>) {
    this.#mostFailures = failures;
    this.#cooldownMs = cooldownSeconds * 1000;
  }

  /** "test" is told to one, who must tell `succeeded` or `failed`. */
  admit(now: number): Admission {
    if (this.#openUntil === null) return "send";
    if (now < this.#openUntil) return "refuse";
    if (this.#testedUntil !== null && now < this.#testedUntil) return "refuse";
    this.#testedUntil = now + LOST_TEST_MS;
    return "test";
  }

  succeeded(): void {
    this.#failures = 0;
    this.#openUntil = null;
    this.#testedUntil = null;
  }

  /** `retryAfterSeconds` is what the origin itself asks for (RFC 9110 §10.2.3), or null. */
  failed(now: number, retryAfterSeconds: number | null): void {
    this.#failures++;
    const isTest = this.#testedUntil !== null;
    this.#testedUntil = null;
    if (!isTest && this.#failures < this.#mostFailures) return;
    const askedMs = Math.min((retryAfterSeconds ?? 0) * 1000, LONGEST_PAUSE_MS);
    this.#openUntil = now + Math.max(this.#cooldownMs, askedMs);
  }

  /** The test could not be made: the next request may be it. */
  postpone(): void {
    this.#testedUntil = null;
  }

  /** Whether requests are refused, but for one that tests it once the pause is over. */
  isOpen(): boolean {
    return this.#openUntil !== null;
  }

  /** Whole seconds until it is tested, at least one. */
  secondsLeft(now: number): number {
    return Math.max(1, Math.ceil(((this.#openUntil ?? now) - now) / 1000));
  }
}
