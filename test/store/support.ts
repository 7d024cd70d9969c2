import type { StoredResponse } from "../../src/cache/types.ts";
import type { ArrivingBody, Found, StoredBody, StoredRecord } from "../../src/store/store.ts";

export const KEY = "https://api.example.com/products?page=2";
export const NOW = Date.UTC(2026, 0, 1, 12);

/** A record of a 200 with a body of that many bytes, or what is said instead. */
export function recordOf(bodyLength: number | null, facts: Partial<StoredResponse> = {}): StoredRecord {
  const response: StoredResponse = {
    uri: KEY,
    rule: "products",
    status: 200,
    headers: new Headers({ "content-type": "text/plain", "cache-control": "max-age=60" }),
    requestedAt: NOW - 20,
    respondedAt: NOW - 10,
    nominated: [],
    bodyLength,
    range: null,
    tags: [],
    suspect: false,
    ...facts,
  };
  return { index: null, response };
}

/** Bytes of which no two neighbours are alike, so that a lost or moved one shows. */
export function bytesOf(length: number): ArrayBuffer {
  return Uint8Array.from({ length }, (_, at) => (at * 31) % 251).buffer;
}

export function arrivingOf(bytes: ArrayBuffer, chunkBytes = 16 * 1024): ArrivingBody {
  let offset = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (offset >= bytes.byteLength) return controller.close();
      controller.enqueue(new Uint8Array(bytes.slice(offset, offset + chunkBytes)));
      offset += chunkBytes;
    },
  });
  return { stream, whole: Promise.resolve() };
}

/** A body that gives these bytes and is then cut short. */
export function brokenOf(bytes: ArrayBuffer): ArrivingBody {
  const whole = Promise.withResolvers<void>();
  whole.promise.catch(() => {});
  let given = false;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (given) {
        whole.reject(new Error("cut short"));
        return controller.error(new Error("cut short"));
      }
      given = true;
      controller.enqueue(new Uint8Array(bytes));
    },
  });
  return { stream, whole: whole.promise };
}

export async function readBody(body: StoredBody | null): Promise<Buffer | null> {
  return body === null ? null : Buffer.from(await new Response(body as BodyInit).arrayBuffer());
}

/** A record in values that `toEqual` compares whole: it takes any two `Headers` for equal. */
export function plainRecord({ index, response }: StoredRecord): unknown {
  return { index, response: response && { ...response, headers: [...response.headers] } };
}

/** What was found, as plain values, with its body read. */
export async function plainFound(found: Found | null): Promise<unknown> {
  return found && { record: plainRecord(found), body: await readBody(found.body) };
}

export function plainOf(record: StoredRecord, body: ArrayBuffer | null): unknown {
  return { record: plainRecord(record), body: body && Buffer.from(body) };
}
