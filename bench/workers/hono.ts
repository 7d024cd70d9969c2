/** Hono with its cache middleware, as its documentation shows it. */
import { Hono } from "hono";
import { cache } from "hono/cache";
import { type Env, originUrl } from "./origin-url.ts";

const app = new Hono<{ Bindings: Env }>();
app.get("*", cache({ cacheName: "bench" }));
app.get("*", (context) => fetch(originUrl(context.req.raw, context.env), context.req.raw));

export default app;
