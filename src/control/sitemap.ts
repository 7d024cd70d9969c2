/** The addresses of a sitemap (sitemaps.org, 0.9), or what is wrong with it, in words. */
export type ReadSitemap =
  /** Those of its own host, and how many others there were. */
  | { readonly kind: "addresses"; readonly urls: readonly URL[]; readonly elsewhere: number }
  | { readonly kind: "unreadable"; readonly complaint: string };

/** What it takes to read one. */
export interface SitemapOptions {
  /** Asks for an address, without a content coding where that can be had. */
  readonly ask: (url: URL) => Promise<Response>;
  /** What is neither asked for nor returned, though it is of the same host. */
  readonly isClosed: (url: URL) => boolean;
}

/** By the protocol, of one file; unpacked. */
const MOST_ADDRESSES = 50_000;
const MOST_BYTES = 50 * 1024 * 1024;
const MOST_FILES = 50;
const LONGEST_ADDRESS = 2048;

/** Reads a sitemap, or those that an index names on the same host: one after the other, until there is enough. */
export async function readSitemap(
  sitemap: URL,
  enough: number,
  { ask, isClosed }: SitemapOptions,
): Promise<ReadSitemap> {
  const first = await readFile(sitemap, ask);
  if (first.kind === "unreadable") return first;
  const { origin } = sitemap;
  const sorted = sort(first.pages, origin, isClosed);
  const { urls: files } = sort(first.files, origin, isClosed);
  for (const file of files.slice(0, MOST_FILES)) {
    if (sorted.urls.length >= enough) break;
    const next = await readFile(file, ask);
    if (next.kind === "unreadable") return next;
    const more = sort(next.pages, origin, isClosed);
    for (const url of more.urls) sorted.urls.push(url);
    sorted.elsewhere += more.elsewhere;
  }
  return { kind: "addresses", urls: sorted.urls.slice(0, enough), elsewhere: sorted.elsewhere };
}

interface Sorted {
  /** The host's own, but for what is closed. */
  readonly urls: URL[];
  elsewhere: number;
}

function sort(addresses: readonly string[], origin: string, isClosed: SitemapOptions["isClosed"]): Sorted {
  const sorted: Sorted = { urls: [], elsewhere: 0 };
  for (const address of addresses) {
    const url = URL.parse(address);
    if (url?.origin !== origin) sorted.elsewhere += 1;
    else if (!isClosed(url)) sorted.urls.push(url);
  }
  return sorted;
}

interface File {
  readonly kind: "file";
  readonly pages: readonly string[];
  /** Further sitemaps, where it is an index. */
  readonly files: readonly string[];
}

async function readFile(
  url: URL,
  ask: SitemapOptions["ask"],
): Promise<File | Extract<ReadSitemap, { kind: "unreadable" }>> {
  const response = await ask(url);
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    return unreadable(url, `answered ${response.status}`);
  }
  try {
    const file = await readLocations(plainBody(response.body, response, url));
    return file.pages.length + file.files.length === 0 ? unreadable(url, "names no address") : file;
  } catch (error) {
    return unreadable(url, `cannot be read: ${String(error)}`);
  }
}

function unreadable(url: URL, complaint: string): Extract<ReadSitemap, { kind: "unreadable" }> {
  return { kind: "unreadable", complaint: `sitemap: ${url.pathname} ${complaint}` };
}

// Sitemaps are often kept as compressed files.
function plainBody(body: ReadableStream, { headers }: Response, { pathname }: URL): ReadableStream {
  const isCompressed = headers.get("content-encoding") === "gzip" || pathname.endsWith(".gz");
  return isCompressed ? body.pipeThrough(new DecompressionStream("gzip")) : body;
}

// The platform's own parser: it streams, and it knows no external entities.
async function readLocations(body: ReadableStream): Promise<File> {
  const pages: string[] = [];
  const files: string[] = [];
  const parsed = new HTMLRewriter()
    .on("url > loc", new Texts(pages))
    .on("sitemap > loc", new Texts(files))
    .transform(new Response(body, { headers: { "content-type": "text/html; charset=utf-8" } }));
  let bytes = 0;
  for await (const chunk of parsed.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES) throw new Error("longer than 50 MB");
    if (pages.length + files.length >= MOST_ADDRESSES) break;
  }
  return { kind: "file", pages: pages.slice(0, MOST_ADDRESSES), files };
}

/** Gathers the text of each element. */
class Texts {
  readonly #texts: string[];
  #text = "";

  constructor(texts: string[]) {
    this.#texts = texts;
  }

  text({ text, lastInTextNode }: Text): void {
    if (this.#text.length <= LONGEST_ADDRESS) this.#text += text;
    if (!lastInTextNode) return;
    this.#add(withoutEntities(this.#text.trim()));
    this.#text = "";
  }

  // XML 1.0 §2.7: a CDATA section, which to HTML is a comment, is text without entities.
  comments({ text }: Comment): void {
    const [, data] = /^\[CDATA\[(.*)\]\]$/s.exec(text) ?? [];
    if (data !== undefined) this.#add(data.trim());
  }

  #add(address: string): void {
    if (address !== "" && address.length <= LONGEST_ADDRESS) this.#texts.push(address);
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

// XML 1.0 §4.6. Characters by number are not needed in addresses, and stay as they are.
function withoutEntities(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => ENTITIES[name] ?? "");
}
