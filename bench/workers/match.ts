/** The floor of every cache that is built on the Cache API: `match`, else `fetch` and `put`. */
import { type Env, originUrl } from "./origin-url.ts";

export default {
  async fetch(request, env, context) {
    const stored = await caches.default.match(request);
    if (stored !== undefined) return stored;
    const response = await fetch(originUrl(request, env), request);
    if (response.status === 200) context.waitUntil(caches.default.put(request, response.clone()));
    return response;
  },
} satisfies ExportedHandler<Env>;
