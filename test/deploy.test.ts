/** wrangler.toml is what an operator fills in and what is deployed: it has to hold together as it stands. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { unstable_readConfig } from "wrangler";
import { ROOT } from "../scripts/tools.ts";
import { parseConfig } from "../src/config.ts";

const read = (env?: string) =>
  unstable_readConfig({ config: join(ROOT, "wrangler.toml"), env }, { hideWarnings: true });

describe.each([
  { environment: "production", config: read(), name: "selvedge" },
  { environment: "staging", config: read("staging"), name: "selvedge-staging" },
])("wrangler.toml, $environment", ({ config, name }) => {
  test("names a Worker of its own, from the one entry", () => {
    expect(config.name).toBe(name);
    expect(config.main).toBe(join(ROOT, "dist/worker.js"));
  });

  test("leaves the domain to the operator", () => {
    expect(config.routes ?? []).toEqual([]);
    expect(config.workers_dev).toBe(true);
  });

  test("has vars that the Worker accepts, and no others", () => {
    expect(parseConfig(config.vars)).toMatchObject({ originTimeoutSeconds: 20, log: "json" });
    expect(Object.keys(config.vars).sort()).toEqual(["LOG", "ORIGIN", "ORIGIN_TIMEOUT"]);
  });

  test("keeps logs", () => {
    expect(config.observability?.enabled).toBe(true);
  });
});

test("staging has an origin of its own", () => {
  expect(read("staging").vars["ORIGIN"]).not.toBe(read().vars["ORIGIN"]);
});
