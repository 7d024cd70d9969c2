import rules from "./cache-rules.ts";
import { createEdgeCache } from "./proxy/edge-cache.ts";

export default createEdgeCache(rules);
