/**
 * A small shop and blog that `npm run dev` puts behind selvedge when you name no origin of your own. It does
 * what APIs do: takes its time, sends validators, varies, sets cookies, fails now and then, and can be written to.
 */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface DemoOrigin {
  readonly url: string;
  close(): Promise<void>;
}

interface Product {
  readonly id: number;
  name: string;
  category: string;
  price: number;
  changedAt: number;
}

interface Post {
  readonly slug: string;
  readonly title: Readonly<Record<Language, string>>;
  readonly changedAt: number;
}

type Language = "en" | "de";

/** What a route answers; the server adds Date, Content-Length and the 304s. */
interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly type?: string;
  readonly etag?: boolean;
  readonly lastModified?: number;
  readonly fields?: Readonly<Record<string, string>>;
}

interface Visit {
  readonly url: URL;
  readonly params: Readonly<Record<string, string>>;
  readonly request: IncomingMessage;
  readonly shop: Shop;
}

interface Shop {
  readonly products: Product[];
  readonly posts: readonly Post[];
  flakyCalls: number;
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly about: string;
  readonly latencyMs?: number;
  readonly answer: (visit: Visit) => Answer | Promise<Answer>;
}

const PAGE_SIZE = 5;

const ROUTES: readonly Route[] = [
  { method: "GET", path: "/", about: "this list, as HTML or JSON (Vary: Accept)", answer: index },
  {
    method: "GET",
    path: "/products",
    about: "a page of products: ?page=, ?category=, ?q= (fresh for 30 s)",
    latencyMs: 150,
    answer: listProducts,
  },
  {
    method: "GET",
    path: "/products/:id",
    about: "one product, with ETag and Last-Modified (fresh for 60 s)",
    latencyMs: 80,
    answer: showProduct,
  },
  { method: "POST", path: "/products", about: "adds a product: {name, category, price}", answer: addProduct },
  {
    method: "PUT",
    path: "/products/:id",
    about: "changes a product, and with it its ETag",
    answer: changeProduct,
  },
  { method: "GET", path: "/blog", about: "the posts, in English or German (Vary)", answer: listPosts },
  { method: "GET", path: "/blog/:slug", about: "one post (Vary, Last-Modified)", answer: showPost },
  { method: "GET", path: "/user/preferences", about: "differs per user: private", answer: showPreferences },
  { method: "GET", path: "/login", about: "sets a cookie", answer: login },
  { method: "GET", path: "/cart", about: "says it is cacheable, and sets a cookie", answer: showCart },
  { method: "GET", path: "/slow", about: "takes two seconds", latencyMs: 2000, answer: slow },
  { method: "GET", path: "/flaky", about: "503 every second time (stale-if-error)", answer: flaky },
  { method: "GET", path: "/fail", about: "always 500", answer: fail },
];

/** Listens on 127.0.0.1, on a free port unless one is given. */
export async function startDemoOrigin(options: { readonly port?: number } = {}): Promise<DemoOrigin> {
  const shop = openShop();
  const server = createServer((request, response) => {
    serve(request, response, shop).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(request: IncomingMessage, response: ServerResponse, shop: Shop): Promise<void> {
  const url = new URL(request.url ?? "/", "http://demo");
  const method = request.method === "HEAD" ? "GET" : (request.method ?? "GET");
  const candidates = ROUTES.map((route) => ({ route, params: matchPath(route.path, url.pathname) }));
  const onPath = candidates.filter((candidate) => candidate.params !== null);
  const found = onPath.find((candidate) => candidate.route.method === method);
  if (found?.params) {
    if (found.route.latencyMs) await sleep(found.route.latencyMs);
    return send(request, response, await found.route.answer({ url, params: found.params, request, shop }));
  }
  if (onPath.length === 0) return send(request, response, notFound());
  const allow = onPath.map((candidate) => candidate.route.method).join(", ");
  send(request, response, { status: 405, body: { error: "method not allowed" }, fields: { Allow: allow } });
}

/** The values of the `:named` segments, or null where the path is another. */
function matchPath(pattern: string, pathname: string): Record<string, string> | null {
  const expected = pattern.split("/");
  const actual = pathname.split("/");
  if (expected.length !== actual.length) return null;
  const params: Record<string, string> = {};
  for (const [position, segment] of expected.entries()) {
    const value = actual[position] ?? "";
    if (segment.startsWith(":") && value !== "") params[segment.slice(1)] = value;
    else if (segment !== value) return null;
  }
  return params;
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const body = Buffer.from(
    typeof answer.body === "string" ? answer.body : `${JSON.stringify(answer.body, null, 2)}\n`,
  );
  const etag = answer.etag ? `"${createHash("sha256").update(body).digest("hex").slice(0, 16)}"` : null;
  response.setHeaders(new Map(Object.entries(answer.fields ?? {})));
  if (etag) response.setHeader("ETag", etag);
  if (answer.lastModified) response.setHeader("Last-Modified", new Date(answer.lastModified).toUTCString());
  if ((answer.status ?? 200) === 200 && isNotModified(request, etag, answer.lastModified)) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(answer.status ?? 200, {
    "Content-Type": answer.type ?? "application/json; charset=utf-8",
    "Content-Length": body.length,
  });
  response.end(body);
}

/** RFC 9110 §13.2.2: If-None-Match decides where it is present, If-Modified-Since otherwise. */
function isNotModified(request: IncomingMessage, etag: string | null, lastModified?: number): boolean {
  const wanted = request.headers["if-none-match"];
  if (wanted !== undefined) {
    const listed = wanted.split(",").map((item) => item.trim().replace(/^W\//, ""));
    return etag !== null && (listed.includes("*") || listed.includes(etag));
  }
  const since = Date.parse(request.headers["if-modified-since"] ?? "");
  return lastModified !== undefined && Math.floor(lastModified / 1000) * 1000 <= since;
}

function index({ request }: Visit): Answer {
  const fields = { "Cache-Control": "public, max-age=60", Vary: "Accept" };
  const routes = ROUTES.map(({ method, path, about }) => ({ method, path, about }));
  if (!request.headers.accept?.includes("text/html")) return { body: { routes }, etag: true, fields };
  const items = routes.map(({ method, path, about }) => {
    const linked = method === "GET" ? `<a href="${path.replace(/:\w+/, "1")}">${path}</a>` : path;
    return `<li><code>${method} ${linked}</code> ${about}</li>`;
  });
  const body = `<!doctype html><meta charset="utf-8"><title>Demo API</title><h1>Demo API</h1><ul>${items.join("")}</ul>\n`;
  return { body, type: "text/html; charset=utf-8", etag: true, fields };
}

function listProducts({ url, shop }: Visit): Answer {
  const page = Math.max(1, Number(url.searchParams.get("page")) || 1);
  const category = url.searchParams.get("category");
  const query = url.searchParams.get("q")?.toLowerCase() ?? "";
  const matching = shop.products.filter(
    (product) => (!category || product.category === category) && product.name.toLowerCase().includes(query),
  );
  const products = matching.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
  const fields = { "Cache-Control": "public, max-age=30, stale-while-revalidate=60" };
  return { body: { page, total: matching.length, products }, etag: true, fields };
}

function showProduct({ params, shop }: Visit): Answer {
  const product = shop.products.find((candidate) => candidate.id === Number(params["id"]));
  if (!product) return notFound();
  const fields = { "Cache-Control": "public, max-age=60, stale-if-error=600" };
  return { body: product, etag: true, lastModified: product.changedAt, fields };
}

async function addProduct({ request, shop }: Visit): Promise<Answer> {
  const input = await readObject(request);
  if (!input) return badRequest();
  const product: Product = {
    id: Math.max(...shop.products.map((existing) => existing.id)) + 1,
    name: String(input["name"] ?? "unnamed"),
    category: String(input["category"] ?? "other"),
    price: Number(input["price"] ?? 0),
    changedAt: Date.now(),
  };
  shop.products.push(product);
  return { status: 201, body: product, fields: { Location: `/products/${product.id}` } };
}

async function changeProduct({ request, params, shop }: Visit): Promise<Answer> {
  const product = shop.products.find((candidate) => candidate.id === Number(params["id"]));
  if (!product) return notFound();
  const input = await readObject(request);
  if (!input) return badRequest();
  product.name = String(input["name"] ?? product.name);
  product.category = String(input["category"] ?? product.category);
  product.price = Number(input["price"] ?? product.price);
  product.changedAt = Date.now();
  return { body: product, etag: true, lastModified: product.changedAt };
}

function listPosts({ request, shop }: Visit): Answer {
  const language = preferredLanguage(request);
  const posts = shop.posts.map(({ slug, title }) => ({ slug, title: title[language] }));
  return { body: { posts }, etag: true, fields: blogFields(language) };
}

function showPost({ request, params, shop }: Visit): Answer {
  const post = shop.posts.find(
    (candidate, at) => candidate.slug === params["slug"] || `${at + 1}` === params["slug"],
  );
  if (!post) return notFound();
  const language = preferredLanguage(request);
  const body = { slug: post.slug, title: post.title[language] };
  return { body, lastModified: post.changedAt, fields: blogFields(language) };
}

function blogFields(language: Language): Record<string, string> {
  return {
    "Cache-Control": "public, max-age=120",
    Vary: "Accept-Language",
    "Content-Language": language,
  };
}

function preferredLanguage(request: IncomingMessage): Language {
  return /^\s*de\b/i.test(request.headers["accept-language"] ?? "") ? "de" : "en";
}

function showPreferences({ request }: Visit): Answer {
  const user = request.headers.authorization?.replace(/^Bearer /, "") ?? "nobody";
  const fields = { "Cache-Control": "private, max-age=60" };
  return { body: { user, theme: user.length % 2 ? "dark" : "light" }, fields };
}

function login(): Answer {
  const fields = { "Cache-Control": "no-store", "Set-Cookie": "session=demo; Path=/; HttpOnly" };
  return { body: { loggedIn: true }, fields };
}

function showCart(): Answer {
  const fields = { "Cache-Control": "public, max-age=60", "Set-Cookie": `cart=${Date.now()}; Path=/` };
  return { body: { items: [] }, fields };
}

function slow(): Answer {
  return { body: { took: "two seconds" }, etag: true, fields: { "Cache-Control": "public, max-age=60" } };
}

function flaky({ shop }: Visit): Answer {
  shop.flakyCalls += 1;
  if (shop.flakyCalls % 2 === 0)
    return { status: 503, body: { error: "try again" }, fields: { "Retry-After": "1" } };
  const fields = { "Cache-Control": "public, max-age=3, stale-if-error=300" };
  return { body: { call: shop.flakyCalls }, fields };
}

function fail(): Answer {
  return { status: 500, body: { error: "this route always fails" } };
}

function notFound(): Answer {
  return { status: 404, body: { error: "not found" }, fields: { "Cache-Control": "public, max-age=5" } };
}

function badRequest(): Answer {
  return { status: 400, body: { error: "the body has to be a JSON object" } };
}

async function readObject(request: IncomingMessage): Promise<Record<string, unknown> | null> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString() || "{}");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function openShop(): Shop {
  const openedAt = Date.now() - 24 * 60 * 60 * 1000;
  const names = [
    "Loom",
    "Shuttle",
    "Bobbin",
    "Reed",
    "Heddle",
    "Warp beam",
    "Spindle",
    "Linen",
    "Wool",
    "Silk",
  ];
  const products = names.map((name, at) => ({
    id: at + 1,
    name,
    category: at < 7 ? "tools" : "yarn",
    price: 10 + at * 5,
    changedAt: openedAt,
  }));
  const posts = [
    { slug: "first-cloth", title: { en: "The first cloth", de: "Das erste Tuch" }, changedAt: openedAt },
    { slug: "on-edges", title: { en: "On edges", de: "Über Kanten" }, changedAt: openedAt },
  ];
  return { products, posts, flakyCalls: 0 };
}
