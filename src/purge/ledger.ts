import { RETENTION_DAYS } from "../cache/types.ts";
import type { Delta, HistoryEntry, Log, LoggedFact, LogOutcome } from "./log.ts";
import type { PurgeRequest } from "./purge.ts";
import { readPurges } from "./purge-input.ts";
import { MINUTE_MS, MOST_INSTANTS } from "./purge-instants.ts";

const DAY_MS = 86_400_000;
/** No stored response is kept for longer: older facts are about nothing. */
const FACT_RETENTION_MS = RETENTION_DAYS * DAY_MS;
const HISTORY_ENTRIES = 10_000;
/** After how many numbers the facts are counted again. */
const COUNT_EVERY = 1000;
const LARGEST_PAGE = 10_000;
const LONGEST_NAME = 200;

/** `slot`: of soft purges the first of a minute has an even one, the last the odd one after it; hard ones have 0. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS instants (
    scope TEXT, value TEXT, soft INTEGER, slot INTEGER, at INTEGER, sequence INTEGER,
    PRIMARY KEY (scope, value, soft, slot)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX IF NOT EXISTS instants_by_sequence ON instants (sequence);
  CREATE TABLE IF NOT EXISTS history (
    sequence INTEGER PRIMARY KEY, at INTEGER, scope TEXT, value TEXT, soft INTEGER, asked_by TEXT
  );
`;

/** The columns of a fact, out of a row of `json_each`. */
const COLUMNS = ["scope", "value", "soft", "at", "sequence"]
  .map((name) => `value ->> '${name}' AS ${name}`)
  .join(", ");

const RECORD = `
  WITH given AS (SELECT ${COLUMNS} FROM json_each(?))
  INSERT INTO instants (scope, value, soft, slot, at, sequence)
  SELECT scope, value, soft, iif(soft, at / ${MINUTE_MS} * 2 + EXISTS (
    SELECT 1 FROM instants AS first WHERE first.scope = given.scope AND first.value = given.value
      AND first.soft = 1 AND first.slot = given.at / ${MINUTE_MS} * 2
  ), 0), at, sequence FROM given WHERE true
  ON CONFLICT (scope, value, soft, slot) DO UPDATE SET at = MAX(at, excluded.at), sequence = excluded.sequence
`;

/** Of each scope and value that is purged softly, those that are too many. */
const TRIM = `
  DELETE FROM instants WHERE soft = 1
    AND (scope, value) IN (SELECT value ->> 'scope', value ->> 'value' FROM json_each(?) WHERE value ->> 'soft')
    AND slot <= (
      SELECT newer.slot FROM instants AS newer
      WHERE newer.scope = instants.scope AND newer.value = instants.value AND newer.soft = 1
      ORDER BY newer.slot DESC LIMIT 1 OFFSET ${MOST_INSTANTS}
    )
`;

/** What a ledger goes by. */
export interface LedgerOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Older ones are folded into one. */
  readonly mostFacts: number;
}

/** What the purge log holds: of each scope and value what purge-instants.ts keeps, and who asked for the last 10,000. */
export class Ledger implements Log {
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;
  readonly #options: LedgerOptions;
  /** The number up to which they were counted. */
  #countedAt = 0;

  constructor(storage: DurableObjectStorage, options: LedgerOptions) {
    this.#storage = storage;
    this.#sql = storage.sql;
    this.#options = options;
    this.#sql.exec(TABLES);
  }

  async record(purges: readonly PurgeRequest[], by: string): Promise<LogOutcome> {
    const input = readPurges(purges);
    if (input.kind === "refused") return input;
    const facts = this.#storage.transactionSync(() => this.#record(input.purges, by));
    if ((await this.#storage.getAlarm()) === null) await this.#ringInADay();
    return { kind: "recorded", facts };
  }

  async since(sequence: number, limit: number): Promise<Delta> {
    const latest = this.#last().sequence;
    const after = sequence > latest ? 0 : sequence;
    const size = Math.min(limit, LARGEST_PAGE);
    const facts = this.#sql
      .exec<FactRow>(
        "SELECT scope, value, soft, at, sequence FROM instants WHERE sequence > ? ORDER BY sequence LIMIT ?",
        after,
        size,
      )
      .toArray()
      .map(factOf);
    const more = facts.length === size;
    return { facts, sequence: more ? (facts.at(-1)?.sequence ?? latest) : latest, more };
  }

  async list(limit: number, before = Number.MAX_SAFE_INTEGER): Promise<readonly HistoryEntry[]> {
    return this.#sql
      .exec<FactRow & { asked_by: string }>(
        "SELECT * FROM history WHERE sequence < ? ORDER BY sequence DESC LIMIT ?",
        before,
        Math.min(limit, LARGEST_PAGE),
      )
      .toArray()
      .map((row) => ({ ...factOf(row), by: row.asked_by }));
  }

  /** Drops what has outlived every stored response; once a day, as long as there are facts. */
  async dropOld(): Promise<void> {
    this.#sql.exec("DELETE FROM instants WHERE at < ?", this.#options.now() - FACT_RETENTION_MS);
    if (this.#count() > 0) await this.#ringInADay();
  }

  #ringInADay(): Promise<void> {
    return this.#storage.setAlarm(this.#options.now() + DAY_MS);
  }

  #record(purges: readonly PurgeRequest[], by: string): readonly LoggedFact[] {
    const last = this.#last();
    const at = Math.max(this.#options.now(), last.at);
    const first = this.#fold(last.sequence) + 1;
    const facts = purges.map((purge, index) => ({ ...purge, at, sequence: first + index }));
    this.#keep(facts, by.slice(0, LONGEST_NAME));
    this.#sql.exec("DELETE FROM history WHERE sequence < ?", first + facts.length - HISTORY_ENTRIES);
    return facts;
  }

  /** A statement or two for all of them: a thousand cost little more than one. */
  #keep(facts: readonly LoggedFact[], by: string): void {
    const ended = facts.find(({ scope, soft }) => scope === "everything" && !soft);
    if (ended !== undefined) this.#sql.exec("DELETE FROM instants WHERE at <= ?", ended.at);
    const rows = JSON.stringify(facts);
    this.#sql.exec(RECORD, rows);
    if (facts.some(({ soft }) => soft)) this.#sql.exec(TRIM, rows);
    this.#sql.exec(
      `INSERT INTO history (scope, value, soft, at, sequence, asked_by) SELECT ${COLUMNS}, ? FROM json_each(?)`,
      by,
      rows,
    );
  }

  /**
   * Where there are too many to hold, the older half of the facts becomes one purge of everything at the instant of
   * the youngest of them: it is about more than they were, never about less. Returns the last number given.
   */
  #fold(sequence: number): number {
    if (sequence - this.#countedAt < COUNT_EVERY) return sequence;
    this.#countedAt = sequence;
    if (this.#count() <= this.#options.mostFacts) return sequence;
    const { at } = this.#sql
      .exec<{ at: number }>(
        "SELECT at FROM instants ORDER BY sequence LIMIT 1 OFFSET ?",
        Math.floor(this.#options.mostFacts / 2),
      )
      .one();
    const everything = { scope: "everything", value: "", soft: false, at, sequence: sequence + 1 } as const;
    this.#keep([everything], "selvedge: more purges than can be held");
    return sequence + 1;
  }

  #count(): number {
    return this.#sql.exec<{ count: number }>("SELECT COUNT(*) AS count FROM instants").one().count;
  }

  /** The number and the instant of the last record. */
  #last(): { readonly sequence: number; readonly at: number } {
    const [last] = this.#sql
      .exec<{ sequence: number; at: number }>(
        "SELECT sequence, at FROM history ORDER BY sequence DESC LIMIT 1",
      )
      .toArray();
    return last ?? { sequence: 0, at: 0 };
  }
}

interface FactRow extends Record<string, SqlStorageValue> {
  scope: LoggedFact["scope"];
  value: string;
  soft: number;
  at: number;
  sequence: number;
}

function factOf({ scope, value, soft, at, sequence }: FactRow): LoggedFact {
  return { scope, value, soft: soft === 1, at, sequence };
}
