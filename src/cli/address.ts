import { Failure } from "./failure.ts";

/** What an option says, as an address. Throws a Failure where it is none. */
export function parseAddress(option: string, written: string): URL {
  const url = URL.parse(written);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new Failure(
    `${option}: found ${JSON.stringify(written)}; allowed: an address, such as https://api.example.com`,
  );
}

/** Where an origin has what clients ask for: behind the path that its own address may have, as in ORIGIN. */
export function addressBelow({ pathname, search }: URL, origin: URL): URL {
  return new URL(origin.origin + origin.pathname.replace(/\/+$/, "") + pathname + search);
}
