import rules from "./cache-rules.ts";
import { createEdgeCache } from "./edge-cache.ts";

// The platform looks for Durable Objects among what the entry exports.
export { PurgeLog } from "./purge/purge-log.ts";

export default createEdgeCache(rules);
