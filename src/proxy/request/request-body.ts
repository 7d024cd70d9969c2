import { hexOf } from "../access/hmac.ts";

/** The body of a request, read as far as it may be. */
export type ReadBody =
  /** All of it, and the hash of it and of what it means. */
  | { readonly kind: "hashed"; readonly bytes: ArrayBuffer; readonly hash: string }
  /** Longer than allowed: the whole of it, to be passed on. */
  | { readonly kind: "too-long"; readonly body: ReadableStream<Uint8Array> };

/**
 * Reads a request's body to make it part of the key. Holds at most `maxBytes` and one chunk in memory. Rejects
 * where the client breaks off.
 */
export async function readBody(request: Request, maxBytes: number): Promise<ReadBody> {
  const { body, headers } = request;
  // RFC 9112 §6.2: what is announced is what comes. Passed on untouched it keeps its length.
  if (body !== null && Number(headers.get("content-length") ?? 0) > maxBytes)
    return { kind: "too-long", body };
  const reader = body?.getReader() ?? null;
  const { chunks, isWhole } = await readUpTo(reader, maxBytes);
  if (reader !== null && !isWhole) return { kind: "too-long", body: replay(chunks, reader) };
  const bytes = await new Blob(chunks).arrayBuffer();
  return { kind: "hashed", bytes, hash: await hashOf(request, bytes) };
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;
type Chunk = Uint8Array<ArrayBuffer>;

async function readUpTo(
  reader: Reader | null,
  maxBytes: number,
): Promise<{ readonly chunks: Chunk[]; readonly isWhole: boolean }> {
  const chunks: Chunk[] = [];
  for (let left = maxBytes; reader !== null; ) {
    const { done, value } = await reader.read();
    if (done) break;
    // A copy: the platform may use its buffer again.
    chunks.push(new Uint8Array(value));
    left -= value.byteLength;
    if (left < 0) return { chunks, isWhole: false };
  }
  return { chunks, isWhole: true };
}

function replay(chunks: Chunk[], reader: Reader): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const value = chunks.shift() ?? (await reader.read()).value;
        if (value === undefined) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

// What the bytes mean is part of them: RFC 9110 §8.3 to §8.5. JSON has no line feed of its own.
async function hashOf({ method, headers }: Request, bytes: ArrayBuffer): Promise<string> {
  const meaning = [
    method,
    mediaType(headers.get("content-type")),
    headers.get("content-encoding"),
    headers.get("content-language"),
  ];
  const text = new Blob([`${JSON.stringify(meaning)}\n`, bytes]);
  return hexOf(await crypto.subtle.digest("SHA-256", await text.arrayBuffer()));
}

// RFC 9110 §8.3.1: type, subtype and names of parameters in any case; of the values only that of charset.
function mediaType(value: string | null): string | null {
  if (value === null || value.includes('"')) return value;
  const [type = "", ...parameters] = value.split(";").map((part) => part.trim());
  return [type.toLowerCase(), ...parameters.filter((part) => part !== "").map(parameter)].join(";");
}

function parameter(text: string): string {
  const [name = "", ...rest] = text.split("=");
  const value = rest.join("=");
  const folded = name.toLowerCase();
  return `${folded}=${folded === "charset" ? value.toLowerCase() : value}`;
}
