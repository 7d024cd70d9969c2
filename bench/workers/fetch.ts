/** What any proxy costs at least: a request to the origin for each of the client's, and nothing stored. */
import { type Env, originUrl } from "./origin-url.ts";

export default {
  fetch(request, env) {
    return fetch(originUrl(request, env), request);
  },
} satisfies ExportedHandler<Env>;
