import { CONTROL_TOKEN } from "./targets.ts";

const AT_ONCE = 1000;

/** Purges so much that is not stored: addresses, prefixes of many lengths, and tags. */
export async function purgeOthers(url: string, count: number): Promise<void> {
  for (let done = 0; done < count; done += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, count - done) }, (_, index) => done + index);
    const response = await fetch(`${url}/__selvedge/purge`, {
      method: "POST",
      headers: { authorization: `Bearer ${CONTROL_TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify({
        urls: numbers.filter((number) => number % 3 === 0).map((number) => `/gone/${number}`),
        prefixes: numbers
          .filter((number) => number % 3 === 1)
          .map((number) => `/gone-${number}`.padEnd(8 + (number % 20), "x")),
        tags: numbers.filter((number) => number % 3 === 2).map((number) => `gone-${number}`),
      }),
    });
    if (!response.ok) throw new Error(`purge: ${response.status} ${(await response.text()).slice(0, 300)}`);
  }
}
