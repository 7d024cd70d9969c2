/**
 * Reads what `wrangler dev` prints, line by line, and says what of it is worth a developer's eye. What is not
 * known to be noise is kept: an error must never be lost to the filter.
 */

export type OutputLine =
  | { readonly kind: "noise" }
  | { readonly kind: "ready" }
  | { readonly kind: "reloaded" }
  | { readonly kind: "show"; readonly text: string };

const NOISE = [
  /^\s*(⛅️|🪵)/u,
  /^[─-]{3,}/,
  /^⎔ (Starting|Shutting|Reloading)/,
  /^\[wrangler:info\] (?!Ready on|✘)/,
  /^\[wrangler:warn\] Unable to fetch the `Request\.cf` object/,
  /^The file .* changed, restarting build/,
  /^\[custom build\] (Running:|$)/,
  // The table of the modules.
  /^(Attaching additional modules:|[┌├│└])/,
  /^Using (secrets|vars) defined in/i,
  /^\s*$/,
];
/** Before each line that the build prints. */
const BUILD = /^\[custom build\] /;
/** The table of bindings: from this heading to the next empty line. */
const TABLE = /^Your Worker (and its bindings|has access to)/;

/** A reader keeps what it has to know of the lines before. */
export function createOutputReader(): (line: string) => OutputLine {
  let inTable = false;
  return (line) => {
    if (TABLE.test(line)) inTable = true;
    if (line.trim() === "") inTable = false;
    if (inTable) return { kind: "noise" };
    if (/^\[wrangler:info\] Ready on /.test(line)) return { kind: "ready" };
    if (/^⎔ Local server updated and ready/.test(line)) return { kind: "reloaded" };
    if (NOISE.some((pattern) => pattern.test(line))) return { kind: "noise" };
    return { kind: "show", text: line.replace(BUILD, "") };
  };
}
