import { problemWith } from "../http/problem.ts";
import { readJson, refuseBody } from "./body.ts";
import type { Call, Controlled, Route } from "./call.ts";
import { isControlPath } from "./path.ts";
import { readSitemap } from "./sitemap.ts";
import { type Target, type Warmed, warm } from "./warm.ts";
import { readWarmRequest, type WarmRequest } from "./warm-request.ts";

/** Asking for addresses, so that they are stored. */
export function warmRoute(controlled: Controlled): Route {
  return {
    method: "POST",
    path: "/warm",
    role: "purge",
    summary:
      "Asks for addresses, so that they are stored here; tells of each as it is done, one line of JSON each",
    body: WARM,
    answers: { 200: { oneOf: [LINE, SUMMARY] } },
    mediaType: "application/x-ndjson",
    problems: { 502: "The sitemap could not be read; nothing else was asked for." },
    handle: (call) => answerWarm(call, controlled),
  };
}

async function answerWarm(call: Call, controlled: Controlled): Promise<Response> {
  const body = await readJson(call.request);
  if (body.kind !== "json") return refuseBody(body);
  const read = readWarmRequest(body.value, call.url.origin, controlled.config.controlPrefix);
  if (read.kind === "refused") return problemWith(400, read.complaints.join("\n"), "malformed");
  const found = await addressesOf(read.asked, call, controlled);
  if (typeof found === "string") return problemWith(502, found, "sitemap");
  const lines = report(found, read.asked, controlled);
  return new Response(streamOf(lines), { headers: { "content-type": "application/x-ndjson" } });
}

/** The addresses to choose from: of this host alone, and how many others there were. */
interface Found {
  readonly urls: readonly URL[];
  readonly elsewhere: number;
}

async function addressesOf(
  { urls, sitemap, from, limit }: WarmRequest,
  { occasion: { waitUntil } }: Call,
  { answer, config }: Controlled,
): Promise<Found | string> {
  if (sitemap === null) return { urls, elsewhere: 0 };
  const headers = { accept: "application/xml, text/xml", "accept-encoding": "identity" };
  const ask = (url: URL) => answer(new Request(url, { headers }), url, { waitUntil }, () => {});
  // One more than is asked for tells whether there are more.
  const isClosed = ({ pathname }: URL) => isControlPath(pathname, config.controlPrefix);
  const read = await readSitemap(sitemap, from + limit + 1, { ask, isClosed });
  if (read.kind === "unreadable") return read.complaint;
  return { urls: [...urls, ...read.urls], elsewhere: read.elsewhere };
}

async function* report(
  { urls, elsewhere }: Found,
  { headers, concurrency, from, limit }: WarmRequest,
  controlled: Controlled,
): AsyncGenerator<object> {
  const count = Math.floor(limit / headers.length);
  const chosen = urls.slice(from, from + count);
  const targets: readonly Target[] = chosen.flatMap((url) => headers.map((each) => ({ url, headers: each })));
  let failed = 0;
  for await (const warmed of warm(targets, concurrency, controlled)) {
    if (isFailure(warmed)) failed += 1;
    yield warmed;
  }
  const next = from + count < urls.length ? from + count : null;
  yield { requests: targets.length, failed, elsewhere, next };
}

function isFailure(warmed: Warmed): boolean {
  return "error" in warmed || warmed.status >= 400;
}

/** One line for each value, no faster than it is read; the work ends when nobody reads any more. */
function streamOf(values: AsyncGenerator<object>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await values.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
    },
    async cancel() {
      await values.return(undefined);
    },
  });
}

const WARM = {
  type: "object",
  additionalProperties: false,
  anyOf: [{ required: ["urls"] }, { required: ["sitemap"] }],
  properties: {
    urls: { type: "array", items: { type: "string" }, description: "Addresses or paths of this host." },
    sitemap: {
      type: "string",
      description: "The address of a sitemap, or of an index of sitemaps, of this host.",
    },
    headers: {
      type: "array",
      maxItems: 20,
      items: { type: "object", additionalProperties: { type: "string" } },
      description: "Each address is asked for with each set of fields.",
    },
    concurrency: { type: "integer", minimum: 1, maximum: 6, default: 3 },
    from: { type: "integer", minimum: 0, default: 0, description: "How many addresses are passed over." },
    limit: {
      type: "integer",
      minimum: 1,
      maximum: 1000,
      default: 1000,
      description: "Requests at most. Each takes about five of the platform's subrequests.",
    },
  },
};

const LINE = {
  type: "object",
  required: ["url", "headers"],
  properties: {
    url: { type: "string" },
    headers: { type: "object" },
    status: { type: "integer" },
    outcome: {
      type: "string",
      description: "As in the log: MISS where it was stored now, HIT where it was.",
    },
    reason: { type: "string" },
    storage: { type: ["string", "null"], description: "What became of the origin's answer." },
    rule: { type: ["string", "null"] },
    durationMs: { type: "integer", description: "Until it was stored." },
    error: { type: "string" },
  },
};

const SUMMARY = {
  type: "object",
  description: "The last line.",
  required: ["requests", "failed", "elsewhere", "next"],
  properties: {
    requests: { type: "integer" },
    failed: { type: "integer", description: "Without an answer, or with a status of 400 and above." },
    elsewhere: { type: "integer", description: "Addresses of the sitemap on other hosts: not asked for." },
    next: { type: ["integer", "null"], description: "`from` of the next call, where there are more." },
  },
};
