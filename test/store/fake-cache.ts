interface Kept {
  status: number;
  headers: Headers;
  body: Buffer;
}

interface FakeOptions {
  /** Keep the part that arrived of a body that failed, and call it a success, as the local simulation does. */
  readonly keepsCutShort?: boolean;
  /** Answer a request for a part with the whole. */
  readonly ignoresRanges?: boolean;
}

/** A Cache over a Map, with the platform's quirks that a store has to live with. */
export class FakeCache {
  /** By URL; tests look into it and tamper with it. */
  readonly kept = new Map<string, Kept>();
  /** The URLs that were looked up. */
  readonly asked: string[] = [];
  readonly #options: FakeOptions;

  constructor(options: FakeOptions = {}) {
    this.#options = options;
  }

  /** The only entry. */
  get only(): Kept {
    const [entry, ...others] = this.kept.values();
    if (entry === undefined || others.length > 0) throw new Error(`${this.kept.size} entries, not one`);
    return entry;
  }

  /** Typed as the whole interface; a store uses no more of it than these three methods. */
  get cache(): Cache {
    const { match, put, delete: remove } = this;
    const used: Pick<Cache, "match" | "put" | "delete"> = {
      match: match.bind(this),
      put: put.bind(this),
      delete: remove.bind(this),
    };
    return used as Cache;
  }

  async match(asked: RequestInfo | URL): Promise<Response | undefined> {
    const { url, headers: fields } = new Request(asked);
    this.asked.push(url);
    const entry = this.kept.get(url);
    if (entry === undefined) return undefined;
    const headers = new Headers(entry.headers);
    headers.set("age", "7");
    headers.set("date", "Thu, 01 Jan 2026 12:00:00 GMT");
    headers.set("cf-cache-status", "HIT");
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(fields.get("range") ?? "") ?? [];
    if (first !== undefined && last !== undefined && this.#options.ignoresRanges !== true) {
      headers.set("content-range", `bytes ${first}-${last}/${entry.body.byteLength}`);
      const part = entry.body.subarray(Number(first), Number(last) + 1);
      return new Response(new Uint8Array(part), { status: 206, headers });
    }
    headers.set("content-length", String(entry.body.byteLength));
    return new Response(new Uint8Array(entry.body), { status: entry.status, headers });
  }

  async put(asked: RequestInfo | URL, response: Response): Promise<void> {
    const request = new Request(asked);
    if (request.method !== "GET") throw new TypeError("Cannot cache response to non-GET request.");
    if (response.status === 206) throw new TypeError("Cannot cache response to a range request (206).");
    if (response.headers.get("vary")?.includes("*"))
      throw new TypeError("Cannot cache response with Vary: *.");
    const { status, headers } = response;
    const { body, error } = await readAll(response);
    if (error !== null && this.#options.keepsCutShort !== true) throw error;
    if (!headers.has("set-cookie")) this.kept.set(request.url, { status, headers, body });
  }

  async delete(asked: RequestInfo | URL): Promise<boolean> {
    return this.kept.delete(new Request(asked).url);
  }
}

async function readAll(response: Response): Promise<{ body: Buffer; error: unknown }> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of response.body ?? []) chunks.push(chunk);
    return { body: Buffer.concat(chunks), error: null };
  } catch (error) {
    return { body: Buffer.concat(chunks), error };
  }
}
