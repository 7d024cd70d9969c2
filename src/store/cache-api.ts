import { decodeRecord, encodeRecord } from "./codec.ts";
import type { CacheStore, Found, StoredBody, StoredRecord } from "./store.ts";

export interface CacheApiOptions {
  /** How long the platform is to keep a record, in seconds, whatever its freshness. */
  readonly retentionSeconds: number;
  /** Told what failed; the caller gets a miss, or nothing stored. */
  readonly onError: (operation: string, error: unknown) => void;
}

const RECORD_FIELD = "selvedge-record";
/** Bodies up to this size are read at once, so that their length can be checked before they are used. */
const CHECKED_BODY_BYTES = 64 * 1024;

/**
 * The tier of the data centre. The Cache API gets a response it does not interpret: 200, octets, a `max-age` of
 * our own and the record in one field; its clock, its conditions and its fields never show.
 */
export function cacheApiStore(cache: Cache, { retentionSeconds, onError }: CacheApiOptions): CacheStore {
  async function attempt<Value>(
    operation: string,
    fallback: Value,
    work: () => Promise<Value>,
  ): Promise<Value> {
    try {
      return await work();
    } catch (error) {
      onError(operation, error);
      return fallback;
    }
  }

  async function remove(key: string): Promise<void> {
    await attempt("delete", false, () => cache.delete(urlOf(key)));
  }

  async function replace(
    operation: string,
    key: string,
    record: StoredRecord,
    body: StoredBody | null,
  ): Promise<void> {
    const stored = await attempt(operation, false, async () => {
      const headers = {
        "content-type": "application/octet-stream",
        "cache-control": `public, max-age=${retentionSeconds}`,
        [RECORD_FIELD]: encodeRecord(record),
      };
      await cache.put(urlOf(key), new Response(body ?? new ArrayBuffer(0), { headers }));
      return true;
    });
    // A body that failed on its way may have left a part behind.
    if (!stored) await remove(key);
  }

  async function read(key: string): Promise<Found | null> {
    const kept = await cache.match(urlOf(key));
    if (kept === undefined) return null;
    const record = decodeRecord(kept.headers.get(RECORD_FIELD) ?? "");
    const body = record && (await checkedBody(kept, record));
    if (record && body !== undefined) return { ...record, body };
    if (!kept.bodyUsed) await kept.body?.cancel(); // one that was read is locked
    await remove(key);
    return null;
  }

  return {
    lookup: (key) => attempt("match", null, () => read(key)),
    save: (key, record, body) => replace("put", key, record, body),
    async freshen(key, record) {
      const found = await attempt("freshen", null, () => read(key));
      if (found) await replace("freshen", key, record, found.body);
    },
    remove,
  };
}

// Keys begin with the origin that the client asked: the platform wants the Worker's own host in its keys.
function urlOf(key: string): string {
  const hostEnd = key.indexOf("/", key.indexOf("//") + 2);
  return `${key.slice(0, hostEnd)}/__selvedge/stored/${encodeURIComponent(key.slice(hostEnd))}`;
}

/** The body, null where the record has none, or undefined where it is not what was stored. */
async function checkedBody(
  kept: Response,
  { response }: StoredRecord,
): Promise<StoredBody | null | undefined> {
  if (response === null) {
    await kept.body?.cancel();
    return null;
  }
  const { bodyLength } = response;
  if (bodyLength !== null && bodyLength <= CHECKED_BODY_BYTES) {
    const bytes = await kept.arrayBuffer();
    return bytes.byteLength === bodyLength ? bytes : undefined;
  }
  const announced = kept.headers.get("content-length");
  if (bodyLength !== null && announced !== null && Number(announced) !== bodyLength) return undefined;
  return kept.body ?? undefined;
}
