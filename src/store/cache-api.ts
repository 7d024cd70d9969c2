import { ANY_HOST } from "../cache/types.ts";
import { type ByteRange, formatContentRange } from "../http/range.ts";
import { within } from "../within.ts";
import { bytesOf, discard } from "./discard.ts";
import { KnownRecords } from "./known-records.ts";
import { isSameBody } from "./same-body.ts";
import type { ArrivingBody, CacheStore, StoredBody, StoredRecord } from "./store.ts";

export interface CacheApiOptions {
  /** The origin that this Worker is in front of: copies for all hosts are kept apart by it. */
  readonly origin: string;
  /** How long the platform is to keep a record, in seconds, whatever its freshness. */
  readonly retentionSeconds: number;
  /** How long the platform may take to find something, or to keep a record with the bytes beside it. */
  readonly limitMs: number;
  /** Told what failed, or took too long; the caller gets a miss, or nothing stored. */
  readonly onError: (operation: string, error: unknown) => void;
}

const RECORD_FIELD = "selvedge-record";
/** Names the body that stands apart from its record. */
const BODY_FIELD = "selvedge-body";

/**
 * The tier of the data centre. The Cache API gets responses it does not interpret: 200, octets, a `max-age` of
 * our own and the record in one field; its clock, its conditions and its fields never show.
 *
 * Bytes stand beside their record. A stream is put apart, under a name of its own, and its record is written
 * only once it has arrived whole: until then nothing leads to it, whatever the platform keeps of one cut short.
 */
export function cacheApiStore(
  cache: Cache,
  { origin, retentionSeconds, limitMs, onError }: CacheApiOptions,
): CacheStore {
  const records = new KnownRecords();
  const urlOf = (key: string) => storedUrl(key, origin);
  const bodyUrlOf = (key: string, id: string) => `${urlOf(key)}/${id}`;

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
    await attempt("delete", false, () => within(limitMs, cache.delete(urlOf(key))));
  }

  async function put(
    url: string,
    body: StoredBody | null,
    fields: Readonly<Record<string, string>>,
  ): Promise<void> {
    const headers = {
      "content-type": "application/octet-stream",
      "cache-control": `public, max-age=${retentionSeconds}`,
      ...fields,
    };
    await cache.put(url, new Response(body ?? new ArrayBuffer(0), { headers }));
  }

  async function putRecord(
    key: string,
    record: StoredRecord,
    body: ArrayBuffer | ArrivingBody | null,
  ): Promise<void> {
    const fields = { [RECORD_FIELD]: records.encode(key, record) };
    if (body === null || body instanceof ArrayBuffer) return within(limitMs, put(urlOf(key), body, fields));
    const id = crypto.randomUUID();
    await putWhole(bodyUrlOf(key, id), body);
    await within(limitMs, put(urlOf(key), null, { ...fields, [BODY_FIELD]: id }));
  }

  async function putWhole(url: string, { stream, whole }: ArrivingBody): Promise<void> {
    // A refusal leaves the stream unread, and whoever writes to it waiting.
    const putting = put(url, stream, {}).catch(async (error) => {
      if (!stream.locked) await stream.cancel(error).catch(() => {});
      throw error;
    });
    // Both are waited for: what is put of a body cut short may come after the news of it.
    const outcomes = await Promise.allSettled([putting, whole]);
    const failure = outcomes.find((outcome) => outcome.status === "rejected");
    if (failure === undefined) return;
    await cache.delete(url);
    throw failure.reason;
  }

  /** What is read, in time; what comes too late is let go. */
  async function inTime<Value>(reading: Promise<Value>, letGo: (late: Value) => void): Promise<Value> {
    return within(limitMs, reading).catch((error) => {
      reading.then(letGo, () => {});
      throw error;
    });
  }

  const readInTime = (key: string) => inTime(read(key), (kept) => discard(kept?.body));

  /** What stands under this key; what does not fit together is removed. */
  async function read(key: string): Promise<Kept | null> {
    const kept = await cache.match(urlOf(key));
    if (kept === undefined) return null;
    const record = records.decode(key, kept.headers.get(RECORD_FIELD) ?? "");
    const apart = kept.headers.get(BODY_FIELD) ?? undefined;
    const body =
      record && (await (apart === undefined ? bodyBeside(kept, record) : bodyApart(key, record, apart)));
    if (record && body !== undefined) return { record, body, apart };
    if (!kept.bodyUsed) await kept.body?.cancel(); // one that was read is locked
    await remove(key);
    return null;
  }

  async function bodyApart(
    key: string,
    record: StoredRecord,
    apart: string,
  ): Promise<StoredBody | undefined> {
    const kept = await cache.match(bodyUrlOf(key, apart));
    if (kept?.body && isWhole(kept, record) !== false) return kept.body;
    await kept?.body?.cancel();
    await cache.delete(bodyUrlOf(key, apart));
    return undefined;
  }

  /** The platform finds the place by itself: what stands before these bytes is not read. */
  async function partApart(
    key: string,
    { response }: StoredRecord,
    apart: string,
    part: ByteRange,
  ): Promise<StoredBody | null> {
    const length = response?.bodyLength ?? null;
    if (length === null) return null;
    const headers = { range: `bytes=${part.first}-${part.last}` };
    const kept = await cache.match(new Request(bodyUrlOf(key, apart), { headers }));
    const isPart =
      kept?.status === 206 && kept.headers.get("content-range") === formatContentRange(part, length);
    if (kept?.body && isPart) return kept.body;
    await kept?.body?.cancel();
    return null;
  }

  async function replaceFacts(key: string, record: StoredRecord): Promise<void> {
    const kept = await readInTime(key);
    if (kept === null) return;
    if (!isSameBody(kept.record.response, record.response)) return discard(kept.body);
    if (kept.apart === undefined) return putRecord(key, record, await bytesOf(kept.body));
    discard(kept.body);
    const fields = { [RECORD_FIELD]: records.encode(key, record), [BODY_FIELD]: kept.apart };
    await within(limitMs, put(urlOf(key), null, fields));
  }

  return {
    async lookup(key) {
      const kept = await attempt("match", null, () => readInTime(key));
      if (kept === null) return null;
      const { record, body, apart } = kept;
      return apart === undefined ? { ...record, body } : { ...record, body, apart };
    },
    async save(key, record, body) {
      const stored = await attempt("put", false, () => putRecord(key, record, body).then(() => true));
      // What was stored before is superseded also by what could not be stored.
      if (!stored) await remove(key);
    },
    async freshen(key, record) {
      const done = await attempt("freshen", false, () => replaceFacts(key, record).then(() => true));
      // Facts that are known to be out of date are worth less than none.
      if (!done) await remove(key);
    },
    remove,
    bodyOf: (key, record, apart, part) =>
      attempt("match", null, async () => {
        const isAll = part === undefined;
        const reading = isAll ? bodyApart(key, record, apart) : partApart(key, record, apart, part);
        return (await inTime<StoredBody | null | undefined>(reading, discard)) ?? null;
      }),
  };
}

interface Kept {
  readonly record: StoredRecord;
  readonly body: StoredBody | null;
  readonly apart: string | undefined;
}

// Keys begin with the origin that the client asked: the platform wants the Worker's own host in its keys. Where a key holds
// no host, another Worker of the zone may have the same one, and the cache is the zone's.
function storedUrl(key: string, origin: string): string {
  const hostEnd = key.indexOf("/", key.indexOf("//") + 2);
  const host = key.slice(0, hostEnd);
  const owner = host === ANY_HOST ? `${encodeURIComponent(origin)}/` : "";
  return `${host}/__selvedge/stored/${owner}${encodeURIComponent(key.slice(hostEnd))}`;
}

/** Whether what is kept is as long as it should be; null where either is not known. */
function isWhole({ headers }: Response, { response }: StoredRecord): boolean | null {
  const announced = headers.get("content-length");
  const expected = response?.bodyLength ?? null;
  return announced === null || expected === null ? null : Number(announced) === expected;
}

/** The body beside a record, null where it has none, or undefined where it is not what was stored. */
async function bodyBeside(kept: Response, record: StoredRecord): Promise<StoredBody | null | undefined> {
  const { response } = record;
  if (response === null) {
    await kept.body?.cancel();
    return null;
  }
  // Passed on as a stream the bytes never enter JavaScript: where the length is known, nobody needs to look.
  const fits = isWhole(kept, record);
  if (fits !== null && kept.body !== null) return fits ? kept.body : undefined;
  const bytes = await kept.arrayBuffer();
  return response.bodyLength === null || bytes.byteLength === response.bodyLength ? bytes : undefined;
}
