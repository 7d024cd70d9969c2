/**
 * The line of a rules file, counted from 1, that speaks of a rule's key: where the key stands behind the rule's name,
 * else where the name stands, else the first line. A guess from the text: the file is a program, and has been run.
 */
export function lineOf(source: string, rule: string | null, key: string): number {
  const lines = source.split("\n");
  const named = rule === null ? -1 : lines.findIndex((line) => namesRule(line, rule));
  if (rule !== null && named === -1) return 1;
  const word = /^[A-Za-z]+/.exec(key)?.[0];
  const next = lines.findIndex((line, index) => index > named && /\bname["']?\s*:/.test(line));
  const end = next === -1 || rule === null ? lines.length : next;
  const found = lines.findIndex(
    (line, index) => index >= named && index < end && word !== undefined && isKey(line, word),
  );
  return Math.max(found, named, 0) + 1;
}

function namesRule(line: string, rule: string): boolean {
  return (
    /\bname["']?\s*:/.test(line) &&
    [`"${rule}"`, `'${rule}'`, `\`${rule}\``].some((text) => line.includes(text))
  );
}

function isKey(line: string, word: string): boolean {
  return new RegExp(`(?<![\\w.])["']?${word}["']?\\s*:`).test(line);
}
