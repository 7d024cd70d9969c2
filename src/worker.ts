import rules from "./cache-rules.ts";
import { createEdgeCache } from "./edge-cache.ts";

export default createEdgeCache(rules);
