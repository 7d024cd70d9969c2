/** Signs links as the pages of docs say, independently of what verifies them. */
import { createHmac } from "node:crypto";

export interface LinkParts {
  /** With scheme and host, as it will be asked for. */
  readonly url: string;
  readonly secret: string;
  /** Seconds since the epoch; default: in a minute. Written as it is. */
  readonly until?: string | number;
  readonly method?: string;
  readonly address?: string;
  /** The folder that is opened, in place of the URL alone. */
  readonly below?: string;
}

/** The path and query of a signed link. */
export function signedLink({
  url,
  secret,
  until = inSeconds(60),
  method = "GET",
  address = "",
  below,
}: LinkParts): string {
  const { host, pathname, search } = new URL(url);
  const resource = below === undefined ? ["url", pathname + search] : ["below", below];
  const text = ["selvedge-url-v1", method, host, ...resource, until, address].join("\n");
  const signature = createHmac("sha256", secret).update(text).digest("hex");
  const folder = below === undefined ? "" : `&signed-below=${encodeURIComponent(below)}`;
  const joint = search === "" ? "?" : "&";
  return `${pathname}${search}${joint}signed-until=${until}${folder}&signature=${signature}`;
}

/** That many seconds from now, in seconds since the epoch. */
export function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}
