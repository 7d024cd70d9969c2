import { PRESET_NAMES } from "../presets.ts";
import { list, object } from "../shape/compound.ts";
import { choice, type Keys, pattern, type Shape } from "../shape/shape.ts";
import { DECISIONS, type Decisions } from "./decisions.ts";
import { match } from "./match.ts";
import { origins } from "./origins.ts";

// The name ends up in headers and logs, hence ASCII.
const name = pattern(
  /^[!-~](?:[ -~]{0,62}[!-~])?$/,
  "1 to 64 printable ASCII characters, not blank at either end",
);

/** The keys of a rule, in the order in which messages list them. */
export const RULE = { name, match, extends: choice(...PRESET_NAMES), ...DECISIONS } satisfies Keys;

const decisions: Shape<Decisions> = object("DecisionsInput", DECISIONS, (values) => values);

/** The keys of the file. What they hold together, validate.ts knows. */
export const FILE = {
  defaults: decisions,
  origins,
  rules: list(
    object("RuleInput", RULE, () => undefined, { required: ["name", "match"] }),
    "a list of rules",
  ),
} satisfies Keys;
