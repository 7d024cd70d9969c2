/** What docs/edge-security.md gives to those who sign is what the Worker lets in: the snippets are run as they stand. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { blocksOf, page } from "../recipes/support.ts";
import { stage } from "../support/stage.ts";

const SECRET = "0f2c6d9a41b7e853c0d1f4a7b6e92d38";
const BLOCKS = blocksOf(page("edge-security.md")).filter(({ heading }) => heading === "Signed URLs");
const isRequired = process.env["CI"] === "true";

/** A language: how it runs a program, and how it calls the two functions on these arguments. */
interface Language {
  readonly name: string;
  readonly block: string;
  readonly command: readonly string[];
  readonly call: (name: "url" | "folder", url: string, seconds: number, options: object) => string;
}

const LANGUAGES: readonly Language[] = [
  {
    name: "Python",
    block: "python",
    command: ["python3", "-c"],
    call: (name, url, seconds, options) => {
      const named = Object.entries(options).map(([key, value]) => `, ${key}=${JSON.stringify(value)}`);
      const call = name === "url" ? "signed_url" : "folder_query";
      return `print(${call}(${JSON.stringify(url)}, "${SECRET}", ${seconds}${named.join("")}))`;
    },
  },
  {
    name: "Node",
    block: "js",
    command: [process.execPath, "--input-type=module", "-e"],
    call: (name, url, seconds, options) => {
      const call = name === "url" ? "signedUrl" : "folderQuery";
      return `console.log(${call}(${JSON.stringify(url)}, "${SECRET}", ${seconds}, ${JSON.stringify(options)}))`;
    },
  },
];

const running = stage({
  vars: { LINK_KEY: SECRET },
  rules: {
    rules: [
      { name: "a", match: { path: "/a/*" }, edgeTtl: "1h", signedUrl: { secret: "LINK_KEY" } },
      { name: "b", match: { path: "/b/*" }, signedUrl: { secret: "LINK_KEY", boundToAddress: true } },
    ],
  },
});

const { ask, path, received } = running;

describe.each(LANGUAGES)("$name", ({ name, block, command: [program = "", ...options], call }) => {
  const isMissing = spawnSync(program, ["--version"]).status !== 0;
  if (isMissing && !isRequired) console.log(`SKIPPED: ${program} is not installed`);

  function signed(...asked: Parameters<Language["call"]>): string {
    const code = BLOCKS.find(({ language }) => language === block)?.code ?? "";
    const { stdout, stderr } = spawnSync(program, [...options, `${code}\n${call(...asked)}`], {
      encoding: "utf8",
    });
    expect(stderr, `${name} says`).toBe("");
    return stdout.trim().replace(running.worker.url, "");
  }
  test.skipIf(isMissing && !isRequired)("a link is let in, and the origin sees none of it", async () => {
    const target = path("/a/caf%C3%A9", {});
    const asked = `${target}?b=2&a=%20`;
    const link = signed("url", running.worker.url + asked, 60, {});
    expect((await ask(link)).status).toBe(200);
    expect((await ask(link, { method: "HEAD" })).status).toBe(200);
    expect((await ask(`${link}&c=1`)).status).toBe(403);
    expect((await ask(signed("url", running.worker.url + asked, -1, {}))).status).toBe(403);
    expect(new Set(received(target).map(({ url }) => url))).toEqual(new Set([asked]));
  });

  test.skipIf(isMissing && !isRequired)("a folder's query lets all in that is below", async () => {
    const target = path("/a/my%20show", {});
    const query = signed("folder", `${running.worker.url}/a/my%20show/`, 60, {});
    expect((await ask(`${target}?${query}`)).status).toBe(200);
    expect((await ask(`/a/other?${query}`)).status).toBe(403);
  });

  test.skipIf(isMissing && !isRequired)("a method and an address", async () => {
    const target = path("/b", {});
    const from = (address: string) => ({
      method: "PUT",
      body: "x",
      headers: { "CF-Connecting-IP": address },
    });
    const link = signed("url", running.worker.url + target, 60, { method: "PUT", address: "2001:db8::7" });
    expect((await ask(link, from("2001:db8::7"))).status).toBe(200);
    expect((await ask(link, from("2001:db8::8"))).status).toBe(403);
  });
});
