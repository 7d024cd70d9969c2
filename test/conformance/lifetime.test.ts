/** What is stored, how long it is fresh, and what is done once it is not: the tables, against one Worker. */
import { runTables } from "./table.ts";
import { age } from "./tables/age.ts";
import { freshness } from "./tables/freshness.ts";
import { stale } from "./tables/stale.ts";
import { staleIfError } from "./tables/stale-if-error.ts";
import { storedFields } from "./tables/stored-fields.ts";
import { storing } from "./tables/storing.ts";

runTables({ freshness, age, storing, "stored-fields": storedFields, stale, "stale-if-error": staleIfError });
