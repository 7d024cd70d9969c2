import { RETENTION_DAYS } from "../cache/types.ts";
import type { LoggedFact } from "./log.ts";
import { PURGE_SCOPES } from "./purge.ts";

/** What one data centre knows of the log, kept for its isolates. */
export interface Snapshot {
  /** Every change after number `from` up to `sequence` is among the facts; there may be others. */
  readonly from: number;
  readonly sequence: number;
  /** When the log was asked, in milliseconds since the epoch by the data centre's clock. */
  readonly readAt: number;
  readonly facts: readonly LoggedFact[];
}

/** `recent`: the changes of the last minute. `all`: every fact, written when much has changed. */
export type SnapshotName = "recent" | "all";

/** The snapshots of this data centre. Reading and writing fail softly: without them the log is asked. */
export interface Snapshots {
  read(name: SnapshotName): Promise<Snapshot | null>;
  write(name: SnapshotName, snapshot: Snapshot): Promise<void>;
}

const KEPT_SECONDS = RETENTION_DAYS * 86_400;

/** Snapshots in the Cache API, each under its name below the address `base`. */
export function openSnapshots(
  cache: Pick<Cache, "match" | "put">,
  base: string,
  onError: (operation: string, error: unknown) => void,
): Snapshots {
  const urlOf = (name: SnapshotName) => `${base}/${name}`;
  return {
    async read(name) {
      try {
        const kept = await cache.match(urlOf(name));
        return kept === undefined ? null : decodeSnapshot(await kept.text());
      } catch (error) {
        onError("match", error);
        return null;
      }
    },
    async write(name, snapshot) {
      const headers = {
        "content-type": "application/json",
        "cache-control": `public, max-age=${KEPT_SECONDS}`,
      };
      try {
        await cache.put(urlOf(name), new Response(encodeSnapshot(snapshot), { headers }));
      } catch (error) {
        onError("put", error);
      }
    },
  };
}

/** JSON by columns: half the size, and a third of the time to parse. */
export function encodeSnapshot({ from, sequence, readAt, facts }: Snapshot): string {
  return JSON.stringify({
    from,
    sequence,
    readAt,
    scopes: facts.map(({ scope }) => PURGE_SCOPES.indexOf(scope)),
    values: facts.map(({ value }) => value),
    softs: facts.map(({ soft }) => Number(soft)),
    instants: facts.map(({ at }) => at),
    sequences: facts.map((fact) => fact.sequence),
  });
}

/** Null where the text is not what `encodeSnapshot` writes. */
export function decodeSnapshot(text: string): Snapshot | null {
  const read = parseJson(text);
  if (read === null) return null;
  const { from, sequence, readAt, scopes, values, softs, instants, sequences } = read;
  const areNumbers = [from, sequence, readAt].every((part) => typeof part === "number");
  const columns = [scopes, values, softs, instants, sequences];
  const fit = columns.every((part) => Array.isArray(part) && part.length === values?.length);
  if (!areNumbers || !fit) return null;
  const facts: LoggedFact[] = [];
  for (const [row, value] of values.entries()) {
    const fact = factOf(scopes[row], value, softs[row], instants[row], sequences[row]);
    if (fact === null) return null;
    facts.push(fact);
  }
  return { from, sequence, readAt, facts };
}

function factOf(
  scopeIndex: number | undefined,
  value: string,
  soft: number | undefined,
  at: number | undefined,
  sequence: number | undefined,
): LoggedFact | null {
  const scope = PURGE_SCOPES[scopeIndex ?? -1];
  const isWhole = typeof at === "number" && typeof sequence === "number" && typeof value === "string";
  return scope !== undefined && isWhole ? { scope, value, soft: soft === 1, at, sequence } : null;
}

interface Columns {
  readonly from: number;
  readonly sequence: number;
  readonly readAt: number;
  readonly scopes: readonly number[];
  readonly values: readonly string[];
  readonly softs: readonly number[];
  readonly instants: readonly number[];
  readonly sequences: readonly number[];
}

function parseJson(text: string): Columns | null {
  try {
    const read: unknown = JSON.parse(text);
    // Its parts are checked above.
    return typeof read === "object" && read !== null ? (read as Columns) : null;
  } catch {
    return null;
  }
}
