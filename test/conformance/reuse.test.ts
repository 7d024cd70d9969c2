/** Which stored response answers which request, whole, in part or not at all: the tables, against one Worker. */
import { runTables } from "./table.ts";
import { cacheStatus } from "./tables/cache-status.ts";
import { conditions } from "./tables/conditions.ts";
import { head } from "./tables/head.ts";
import { invalidation } from "./tables/invalidation.ts";
import { key } from "./tables/key.ts";
import { parts } from "./tables/parts.ts";
import { range } from "./tables/range.ts";
import { validation } from "./tables/validation.ts";
import { vary } from "./tables/vary.ts";

runTables({
  "cache-status": cacheStatus,
  key,
  vary,
  conditions,
  validation,
  head,
  range,
  parts,
  invalidation,
});
