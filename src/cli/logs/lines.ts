/** A longer line is no line of a log, and is given as what it begins with. */
export const LONGEST_LINE = 64 * 1024;

/** Lines, as many at a time as each chunk ends. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    const end = text.indexOf("\n");
    // Of a line without an end only its beginning is kept.
    if (rest.length <= LONGEST_LINE) rest += end === -1 ? text : text.slice(0, end);
    if (end === -1) continue;
    const lines = text.slice(end + 1).split("\n");
    const first = trimmed(rest);
    rest = lines.pop() ?? "";
    yield [first, ...lines.map(trimmed)];
  }
  const last = rest + decoder.decode();
  if (last !== "") yield [trimmed(last)];
}

function trimmed(line: string): string {
  const whole = line.length > LONGEST_LINE ? line.slice(0, LONGEST_LINE + 1) : line;
  return whole.endsWith("\r") ? whole.slice(0, -1) : whole;
}
