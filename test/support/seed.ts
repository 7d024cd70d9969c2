/**
 * What is tried at random is the same in each run, so that whether the tests pass depends on the code alone. `FUZZ_SEED`
 * looks elsewhere.
 */
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env["FUZZ_SEED"] ?? 9111) });
