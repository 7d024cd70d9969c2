import { styleText } from "node:util";
import Table from "cli-table3";

/** Where a command writes: what it found to standard output, and all else to standard error. */
export interface Terminal {
  print(text: string): void;
  /** Progress, warnings and failures. */
  tell(text: string): void;
  /** Whether somebody looks at standard output as it comes. */
  readonly isTerminal: boolean;
}

/** This process. */
export const PROCESS: Terminal = {
  print: (text) => process.stdout.write(`${text}\n`),
  tell: (text) => process.stderr.write(`${text}\n`),
  isTerminal: process.stdout.isTTY === true,
};

type Style = "bold" | "dim" | "green" | "yellow" | "red" | "cyan";

/** Coloured on a terminal that has colours, and where NO_COLOR does not say otherwise. */
export function styled(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

/** Rows under a heading, without lines, as wide as they need to be. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const drawn = new Table({ head: head.map((cell) => styled("bold", cell)), ...PLAIN });
  for (const row of rows) drawn.push([...row]);
  return drawn.toString().replace(/ +$/gm, "");
}

const PLAIN = {
  chars: {
    ...{ top: "", "top-mid": "", "top-left": "", "top-right": "", bottom: "", "bottom-mid": "" },
    ...{ "bottom-left": "", "bottom-right": "", left: "", "left-mid": "", mid: "", "mid-mid": "" },
    ...{ right: "", "right-mid": "", middle: "  " },
  },
  style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
};

/** A line, and what hangs below it. */
export interface Branch {
  readonly text: string;
  readonly below?: readonly Branch[];
}

/** A tree, one line each, with the lines that lead to it. */
export function tree({ text, below = [] }: Branch, indent = ""): string {
  const lines = below.map((branch, index) => {
    const isLast = index === below.length - 1;
    const hanging = tree(branch, `${indent}${isLast ? "   " : "│  "}`);
    return `${indent}${isLast ? "└─ " : "├─ "}${hanging}`;
  });
  return [text, ...lines].join("\n");
}

/** A ratio, null where there is none yet. */
export function percent(ratio: number | null): string {
  return ratio === null ? "unknown" : `${(ratio * 100).toFixed(1)} %`;
}

/** A value as JSON, for a program to read. */
export function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
