import { DurableObject } from "cloudflare:workers";
import type { Ledger } from "./ledger.ts";
import type { Delta, HistoryEntry, Log, LogOutcome } from "./log.ts";
import type { PurgeRequest } from "./purge.ts";

/**
 * The purge log: one Durable Object for all data centres. It numbers purges, gives them an instant by its own
 * clock, which never goes back, and keeps of each scope and value what decides, and who asked for the last 10,000.
 */
export class PurgeLog<Env = unknown> extends DurableObject<Env> implements Log {
  /** Isolates hold them all in memory: so many take some 20 MB. */
  protected readonly mostFacts: number = 200_000;
  #ledger: Ledger | null = null;

  /** Milliseconds since the epoch. */
  protected now(): number {
    return Date.now();
  }

  async record(purges: readonly PurgeRequest[], by: string): Promise<LogOutcome> {
    return (await this.#open()).record(purges, by);
  }

  async since(sequence: number, limit: number): Promise<Delta> {
    return (await this.#open()).since(sequence, limit);
  }

  async list(limit: number, before?: number): Promise<readonly HistoryEntry[]> {
    return (await this.#open()).list(limit, before);
  }

  override async alarm(): Promise<void> {
    return (await this.#open()).dropOld();
  }

  // Every isolate loads this class, since the platform looks for it in the entry; the log itself is in one.
  async #open(): Promise<Ledger> {
    const { Ledger } = await import("./ledger.ts");
    this.#ledger ??= new Ledger(this.ctx.storage, { now: () => this.now(), mostFacts: this.mostFacts });
    return this.#ledger;
  }
}
