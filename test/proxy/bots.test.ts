/** Who is a bot: what Cloudflare says where it says something, else what the client calls itself. */
import { describe, expect, test } from "vitest";
import { stage } from "../support/stage.ts";

const { ask } = stage({
  rules: {
    rules: [
      { name: "crawler", match: { bot: "Search Engine Crawler" }, respond: { fixed: 200, body: "crawler" } },
      { name: "verified", match: { bot: "verified" }, respond: { fixed: 200, body: "verified" } },
      { name: "unverified", match: { bot: "unverified" }, respond: { fixed: 200, body: "unverified" } },
      { name: "any", match: { bot: true }, respond: { fixed: 200, body: "any" } },
      { name: "none", match: { bot: false }, respond: { fixed: 200, body: "none" } },
    ],
  },
});

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0";
const CHROME =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
const SAFARI =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
const GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

const kindOf = async (agent: string | null, cf: object = {}): Promise<string> => {
  const headers = {
    ...(agent === null ? {} : { "User-Agent": agent }),
    "MF-CF-Blob": JSON.stringify(cf),
  };
  return (await ask("/", { headers })).body;
};

describe("without Bot Management, User-Agent tells", () => {
  test.each<[agent: string | null, kind: string]>([
    [FIREFOX, "none"],
    [CHROME, "none"],
    [SAFARI, "none"],
    [null, "none"],
    ["", "none"],
    [GOOGLEBOT, "unverified"],
    ["GPTBot/1.2", "unverified"],
    ["curl/8.5.0", "unverified"],
    ["python-requests/2.32.3", "unverified"],
    ["PostmanRuntime/7.44.0", "unverified"],
    ["Scrapy/2.12 (+https://scrapy.org)", "unverified"],
    [`${FIREFOX} ${"x".repeat(12_000)} bot`, "none"],
  ])("%s: %s", async (agent, kind) => {
    expect(await kindOf(agent)).toBe(kind);
  });
});

describe("what Cloudflare says is believed before", () => {
  test.each<[says: object, agent: string, kind: string]>([
    [{ botManagement: { score: 2 } }, FIREFOX, "unverified"],
    [{ botManagement: { score: 29 } }, FIREFOX, "unverified"],
    [{ botManagement: { score: 30 } }, "curl/8.5.0", "none"],
    [{ botManagement: { score: 99, verifiedBot: false } }, GOOGLEBOT, "none"],
    [{ botManagement: { score: 0 } }, GOOGLEBOT, "unverified"],
    [{ botManagement: {} }, FIREFOX, "none"],
    [{ botManagement: { score: 1, verifiedBot: true } }, GOOGLEBOT, "verified"],
    [{ botManagement: { verifiedBot: true }, verifiedBotCategory: "AI Crawler" }, FIREFOX, "verified"],
    [{ verifiedBotCategory: "Search Engine Crawler" }, GOOGLEBOT, "crawler"],
    [{ verifiedBotCategory: "" }, FIREFOX, "none"],
  ])("%j, %s: %s", async (says, agent, kind) => {
    expect(await kindOf(agent, says)).toBe(kind);
  });
});
