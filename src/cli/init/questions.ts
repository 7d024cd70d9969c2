import { Failure } from "../failure.ts";

/** What has to be known of a project. */
export interface Answers {
  readonly origin: string;
  /** Null: a workers.dev address. */
  readonly domain: string | null;
}

interface Given {
  readonly origin?: string;
  readonly domain?: string;
}

/** What the options say, and what somebody at the terminal answers where they are silent. */
export async function completed({ origin, domain }: Given, asks: boolean): Promise<Answers> {
  if (origin !== undefined) return { origin, domain: domain ?? null };
  if (!asks) throw new Failure("an origin is needed: give --origin, such as https://origin.example.com");
  const answered = await asked("The address of your API?", "https://origin.example.com");
  const host = domain ?? (await asked("The host to answer on? (empty: a workers.dev address)", ""));
  return { origin: answered, domain: host === "" ? null : host };
}

/** Asks at the terminal; an answer that is broken off is a no. */
export async function confirmed(question: string): Promise<boolean> {
  const { confirm } = await import("@clack/prompts");
  return (await confirm({ message: question, initialValue: false })) === true;
}

async function asked(question: string, example: string): Promise<string> {
  const { isCancel, text } = await import("@clack/prompts");
  const answer = await text({ message: question, placeholder: example });
  if (isCancel(answer)) throw new Failure("nothing was written");
  return answer ?? "";
}
