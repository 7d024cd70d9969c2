import { LONGEST_SECONDS, parseDuration } from "./duration.ts";
import { mapped, pattern, type Shape, text, whole } from "./shape.ts";
import { refuse } from "./spot.ts";

/** The kinds of text and number that stand in more than one place of the file. */

/** Of what names are made: of methods, fields and cookies. */
export const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/; // RFC 9110 §5.6.2

/** Any text but the empty one. */
export const anyText: Shape<string> = pattern(/^[\s\S]+$/, "a string that is not empty");

/** A request method, as it is sent. */
export const method: Shape<string> = text({
  allowed: 'a request method in capitals, such as "GET"',
  parse: (name) => (TOKEN.test(name) && name === name.toUpperCase() ? name : null),
  suggest: (name) => (TOKEN.test(name) ? name.toUpperCase() : null),
  pattern: /^[!#$%&'*+.^_`|~0-9A-Z-]+$/,
});

/** The name of a field of any kind, in lower case. */
export const fieldName: Shape<string> = text({
  allowed: "the name of a header field",
  parse: (name) => (TOKEN.test(name) ? name.toLowerCase() : null),
  pattern: TOKEN,
});

/** RFC 6265 §4.1.1 */
export const cookieName: Shape<string> = pattern(TOKEN, "the name of a cookie");

/** The name of a variable or secret of wrangler.toml. */
export const variable: Shape<string> = pattern(
  /^[A-Z][A-Z0-9_]*$/,
  'the name of a variable, such as "API_KEY"',
  (name) => name.toUpperCase().replaceAll("-", "_"),
);

/** An origin or a signer that had one of these could forge identities, and purge. */
export const OWN_SECRETS: readonly string[] = [
  ...["CONTROL_TOKEN", "CONTROL_TOKENS", "CLOUDFLARE_PURGE_TOKEN", "SELVEDGE_SECRET"],
];

/** The name of a secret that is shared with others. */
export const sharedSecret: Shape<string> = mapped(variable, (name, spot) =>
  OWN_SECRETS.includes(name)
    ? refuse(spot, `a variable that is not a secret of selvedge itself, as ${name} is`)
    : name,
);

/** The name of a binding of wrangler.toml. */
export const binding: Shape<string> = pattern(
  /^[A-Za-z_]\w*$/,
  'the name of a binding of wrangler.toml, such as "API"',
  (name) => name.replaceAll("-", "_"),
);

const UNITS = 'or a whole number with one unit of s, m, h, d, w, such as "10m"';

/** Seconds of a duration between two numbers of seconds. */
export function durationFrom(min: number, max: number = LONGEST_SECONDS): Shape<number> {
  const allowed = `whole seconds from ${min} to ${max}, ${UNITS}`;
  const secondsOf = (value: unknown) => {
    const seconds = parseDuration(value);
    return seconds !== null && seconds >= min && seconds <= max ? seconds : null;
  };
  return {
    allowed,
    takes: (value) => secondsOf(value) !== null,
    parse: (spot) => secondsOf(spot.value) ?? refuse(spot, allowed),
    form: {
      kind: "either",
      shapes: [whole(min, max), pattern(/^\d+[smhdw]$/, allowed)],
    },
  };
}

/** Seconds of any duration. */
export const duration: Shape<number> = durationFrom(0);
