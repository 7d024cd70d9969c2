import { object } from "../shape/compound.ts";
import { boolean, type Shape, text } from "../shape/shape.ts";
import { refuse } from "../shape/spot.ts";
import { backtracks } from "./backtracking.ts";

const LONGEST = 512;

const source: Shape<string> = text({
  allowed: `a regular expression of 1 to ${LONGEST} characters`,
  parse: (written, spot) => {
    if (written === "" || written.length > LONGEST) return null;
    const fault = faultOf(written);
    return fault === null ? written : refuse(spot, fault);
  },
});

/** `{ matches, ignoreCase }`, compiled. */
export const expression: Shape<RegExp> = object(
  "Expression",
  { matches: source, ignoreCase: boolean },
  ({ matches, ignoreCase }) =>
    matches === undefined ? undefined : new RegExp(matches, ignoreCase ? "i" : ""),
  { required: ["matches"] },
);

function faultOf(written: string): string | null {
  try {
    new RegExp(written);
  } catch (error) {
    return `a regular expression in JavaScript's syntax (${error instanceof Error ? error.message : error})`;
  }
  const part = backtracks(written);
  return part === null
    ? null
    : `an expression without repetition inside a repetition, which can take exponentially long: ${part}`;
}
