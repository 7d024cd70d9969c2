import { literal } from "../literal.ts";
import type { Suggestion } from "./judge.ts";

/** The text of a rules file with suggestions, each with what it rests on, and the hit ratio that it would have had. */
export function suggestedText(
  suggestions: readonly Suggestion[],
  hitRatios: ReadonlyMap<string, string>,
  importFrom: string,
): string {
  const rules = suggestions.map(({ rule, evidence }) => {
    const ratio = hitRatios.get(rule.name);
    const told = ratio === undefined ? "" : ` Simulated: ${ratio} of its requests answered from the cache.`;
    return `    // ${printable(`${evidence}.${told}`)}\n    ${literal(rule)},`;
  });
  return `import { defineRules } from ${JSON.stringify(importFrom)};

// Suggested by what was seen; look at each before you deploy it. The first rule that matches decides, and where all
// are silent, the origin's own headers do. Every key: docs/rules.md.
export default defineRules({
  rules: [
${rules.join("\n")}
  ],
});
`;
}

// Whoever sent the requests wrote part of it: none of it may end the comment.
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}
