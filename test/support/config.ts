import type { Config } from "../../src/config.ts";
import { SECRET } from "./tokens.ts";

/** A configuration of its own, with a secret: what an isolate remembers, it remembers for one of them. */
export function configWith(parts: Partial<Config> = {}): Config {
  return {
    origin: new URL("https://origin.example.com"),
    originPath: "",
    purgeBoundSeconds: 5,
    memoryBytes: 32 * 1024 * 1024,
    originTimeoutSeconds: 20,
    log: "off",
    controlTokens: [],
    controlPrefix: "/__selvedge",
    cloudflare: null,
    secret: SECRET,
    variables: {},
    bindings: {},
    ...parts,
  };
}
