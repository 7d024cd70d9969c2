/** The example of a signed request in docs/edge-security.md is right, to the last letter of its signature. */
import { expect, test } from "vitest";
import { blocksOf, page } from "../recipes/support.ts";
import { signatureFields } from "../support/message-signature.ts";

const PAGE = page("edge-security.md");
const blocks = blocksOf(PAGE).filter(({ heading }) => heading === "Who may ask the origin");

test("a request with content", () => {
  const http = blocks.find(({ language }) => language === "http")?.code ?? "";
  const [, secret = ""] = /`([0-9a-f]{32})` for the secret/.exec(PAGE) ?? [];
  const [, body = ""] = /With the content `([^`]+)`/.exec(PAGE) ?? [];
  const [, method = "", target = ""] = /^(\w+) (\S+) HTTP/.exec(http) ?? [];
  const created = Number(/created=(\d+)/.exec(http)?.[1]);
  const given = Object.fromEntries(
    Array.from(http.matchAll(/^([\w-]+): (.*)$/gm), ([, name = "", value]) => [name.toLowerCase(), value]),
  );
  expect(given).toEqual(signatureFields({ method, target, body, key: secret, created }));
});
