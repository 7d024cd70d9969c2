/** Only who was given a link gets in, by that link alone, while it lasts; and all links share one copy. */
import { describe, expect, test } from "vitest";
import type { ClientRequest, ClientResponse } from "../support/client.ts";
import { inSeconds, type LinkParts, signedLink } from "../support/links.ts";
import { eventually, outcomeOf, stage } from "../support/stage.ts";

const LINK_KEY = "the key that links are signed with today";
const LAST_KEY = "the key that links were signed with before";
const CONTROL_TOKEN = "a-control-token-of-some-length";

const started = stage({
  vars: { LOG: "json", LINK_KEY, LAST_KEY, CONTROL_TOKEN },
  rules: {
    rules: [
      {
        name: "files",
        match: { path: "/files/*" },
        edgeTtl: "1h",
        staleIfError: "1h",
        signedUrl: { secret: ["LINK_KEY", "LAST_KEY"] },
      },
      {
        name: "shared",
        match: { path: "/shared/*" },
        edgeTtl: "1h",
        query: { exclude: ["debug"], tracking: "drop", sort: true },
        signedUrl: { secret: "LINK_KEY" },
      },
      {
        name: "personal",
        match: { path: "/personal/*" },
        edgeTtl: "1h",
        signedUrl: { secret: "LINK_KEY", boundToAddress: true },
      },
      { name: "passed", match: { path: "/passed/*" }, cache: false, signedUrl: { secret: "LINK_KEY" } },
      {
        name: "embedded",
        match: { path: "/embedded/*" },
        edgeTtl: "1h",
        cors: { origins: ["https://app.example.com"], methods: ["GET", "PUT"] },
        signedUrl: { secret: "LINK_KEY" },
      },
    ],
  },
});
const { path, received, script } = started;

/** A signed link for a path of the Worker. */
function link(target: string, parts: Partial<LinkParts> = {}): string {
  return signedLink({ url: started.worker.url + target, secret: LINK_KEY, ...parts });
}

const ask = (target: string, request?: ClientRequest): Promise<ClientResponse> =>
  started.ask(target, request);
const told = async (target: string, request?: ClientRequest) => {
  const answer = await ask(target, request);
  return [answer.status, outcomeOf(answer)];
};
const MISSING = [403, "signature-missing"];
const INVALID = [403, "signature-invalid"];
const EXPIRED = [403, "signature-expired"];

/** Signs a stored copy into being, and waits until it serves. */
async function stored(prefix: string, query = ""): Promise<string> {
  const target = path(prefix, { body: "the content" });
  await eventually(async () => outcomeOf(await ask(link(target + query))) === "hit");
  return target;
}

describe("a link that is good", () => {
  test("is answered, from one copy for all links, and the origin never sees a signature", async () => {
    const target = path("/files", { body: "the content" });
    const first = await ask(link(target, { until: inSeconds(30) }));
    expect([first.status, first.body]).toEqual([200, "the content"]);
    await eventually(async () => outcomeOf(await ask(link(target, { until: inSeconds(99) }))) === "hit");
    expect(received(target).map(({ url }) => url)).toEqual([target]);
  });

  test("keeps its other parameters", async () => {
    const target = path("/files", {});
    expect(await told(link(`${target}?b=2&a=%20&a=1`))).toEqual([200, "uri-miss"]);
    expect(received(target).map(({ url }) => url)).toEqual([`${target}?b=2&a=%20&a=1`]);
  });

  test("serves HEAD, ranges and conditions of the copy", async () => {
    const target = await stored("/files");
    const [head, part] = [
      await ask(link(target), { method: "HEAD" }),
      await ask(link(target), { headers: { Range: "bytes=0-2" } }),
    ];
    expect([head.status, head.body, outcomeOf(head)]).toEqual([200, "", "hit"]);
    expect([part.status, part.body, outcomeOf(part)]).toEqual([206, "the", "hit"]);
  });

  test("may be signed with the key that is being replaced", async () => {
    const target = path("/files", {});
    expect(await told(link(target, { secret: LAST_KEY }))).toEqual([200, "uri-miss"]);
  });

  test("opens one method: PUT is signed as PUT, and opens nothing else", async () => {
    const target = path("/passed", {});
    const put = link(target, { method: "PUT" });
    expect((await ask(put, { method: "PUT", body: "x" })).status).toBe(200);
    expect(await told(put)).toEqual(INVALID);
    expect(await told(link(target), { method: "PUT", body: "x" })).toEqual(INVALID);
    expect(await told(link(target), { method: "DELETE" })).toEqual(INVALID);
    expect(received(target).map(({ method, url }) => [method, url])).toEqual([["PUT", target]]);
  });

  test("may get parameters that the rule drops, and nobody sees those", async () => {
    const target = path("/shared", {});
    expect((await ask(`${link(`${target}?v=1`)}&utm_source=mail&debug=1&fbclid=x`)).status).toBe(200);
    const precondition = { headers: { "If-Match": '"x"' } };
    expect((await ask(`${link(`${target}?v=1`)}&debug=2`, precondition)).status).toBe(200);
    expect(received(target).map(({ url }) => url)).toEqual([`${target}?v=1`, `${target}?v=1`]);
  });
});

describe("a link that is not good is refused, whether or not there is a copy", () => {
  const swap = (signed: string, from: string | RegExp, to: string) => {
    const changed = signed.replace(from, to);
    if (changed === signed) throw new Error(`no ${from} in ${signed}`);
    return changed;
  };
  const other = (digit: string) => (digit === "0" ? "1" : "0");

  test.each<[title: string, change: (signed: string, target: string) => string, verdict: typeof INVALID]>([
    ["no signature", (_, target) => target, MISSING],
    ["no signature, other parameters", (_, target) => `${target}?a=1`, MISSING],
    ["an empty signature", (signed) => swap(signed, /signature=.*/, "signature="), INVALID],
    ["the name alone", (signed) => swap(signed, /signature=.*/, "signature"), INVALID],
    ["a digit changed", (signed) => swap(signed, /.$/, other(signed.at(-1) ?? "")), INVALID],
    ["a digit less", (signed) => signed.slice(0, -1), INVALID],
    ["a digit more", (signed) => `${signed}0`, INVALID],
    [
      "capitals",
      (signed) => swap(signed, /[0-9a-f]+$/, (signed.split("=").at(-1) ?? "").toUpperCase()),
      INVALID,
    ],
    ["zeros", (signed) => swap(signed, /[0-9a-f]{64}$/, "0".repeat(64)), INVALID],
    ["an encoded digit", (signed) => swap(signed, /(.)$/, `%3${signed.at(-1)}`), INVALID],
    ["no expiry", (signed) => swap(signed, /signed-until=\d+&/, ""), INVALID],
    ["a later expiry", (signed) => swap(signed, /until=\d+/, `until=${inSeconds(999)}`), INVALID],
    ["an expiry before all time", (signed) => swap(signed, /until=/, "until=-"), INVALID],
    ["an expiry that is no number", (signed) => swap(signed, /until=\d+/, "until=Infinity"), INVALID],
    ["a second expiry in front", (signed) => swap(signed, "?", `?signed-until=${inSeconds(999)}&`), INVALID],
    ["a second expiry behind", (signed) => `${signed}&signed-until=${inSeconds(999)}`, INVALID],
    [
      "the same expiry twice",
      (signed) => signed + (/&?signed-until=\d+/.exec(signed)?.[0].replace(/^&?/, "&") ?? ""),
      INVALID,
    ],
    ["the signature twice", (signed) => `${signed}&signature=${signed.split("=").at(-1)}`, INVALID],
    ["another parameter", (signed) => `${signed}&admin=1`, INVALID],
    ["another parameter in front", (signed) => swap(signed, "?", "?admin=1&"), INVALID],
    ["a parameter without a name", (signed) => `${signed}&=`, INVALID],
    ["an ampersand more", (signed) => swap(signed, "v=1&", "v=1&&"), INVALID],
    ["a parameter cloaked by a semicolon", (signed) => swap(signed, "v=1", "v=1;admin=1"), INVALID],
    ["a parameter twice", (signed) => swap(signed, "v=1", "v=1&v=2"), INVALID],
    ["another value", (signed) => swap(signed, "v=1", "v=2"), INVALID],
    ["a value encoded otherwise", (signed) => swap(signed, "v=1", "v=%31"), INVALID],
    ["a name encoded otherwise", (signed) => swap(signed, "v=1", "%76=1"), INVALID],
    ["a parameter left out", (signed) => swap(signed, "v=1&", ""), INVALID],
    ["the parameters in another order", (signed) => swap(signed, "v=1&w=2", "w=2&v=1"), INVALID],
    ["another path", (signed, target) => swap(signed, target, `${target}0`), INVALID],
    ["a path below", (signed, target) => swap(signed, target, `${target}/x`), INVALID],
    ["a path in other letters", (signed, target) => swap(signed, target, `${target.slice(0, -1)}A`), INVALID],
    ["a doubled slash", (signed, target) => swap(signed, target, target.replace(/\/(\d)/, "//$1")), INVALID],
    ["a null byte", (signed, target) => swap(signed, target, `${target}%00`), INVALID],
    ["a parameter of the path", (signed, target) => swap(signed, target, `${target};x`), INVALID],
    ["a folder claimed with it", (signed) => `${signed}&signed-below=/files/`, INVALID],
  ])("%s", async (_, change, verdict) => {
    const target = await stored("/files", "?v=1&w=2");
    const count = received(target).length;
    const answer = await ask(change(link(`${target}?v=1&w=2`), target));
    expect([answer.status, outcomeOf(answer)]).toEqual(verdict);
    expect(answer.headers).toMatchObject({
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "cache-status": expect.stringContaining('rule="files"'),
    });
    expect(JSON.parse(answer.body)).toMatchObject({ status: 403, code: verdict[1] });
    expect(answer.body).not.toContain("the content");
    expect(received(target)).toHaveLength(count);
  });

  test.each<[title: string, parts: Partial<LinkParts>, verdict: typeof INVALID]>([
    ["another key", { secret: "a key that was never one of this cache" }, INVALID],
    ["no key", { secret: "" }, INVALID],
    ["another method", { method: "POST" }, INVALID],
    ["an address, where none is bound", { address: "203.0.113.9" }, INVALID],
    ["a past instant", { until: inSeconds(-1) }, EXPIRED],
    ["this instant", { until: inSeconds(0) }, EXPIRED],
    ["the first second of all", { until: 1 }, EXPIRED],
    ["zero", { until: 0 }, INVALID],
    ["a negative number", { until: -5 }, INVALID],
    ["a fraction", { until: "1e12" }, INVALID],
    ["leading zeros", { until: "09999999999" }, INVALID],
    ["more than a number holds", { until: "9".repeat(400) }, INVALID],
    ["two to the power of 64", { until: "18446744073709551617" }, INVALID],
  ])("signed with %s", async (_, parts, verdict) => {
    const target = await stored("/files");
    expect(await told(link(target, parts))).toEqual(verdict);
    expect(await told(link(target, parts), { method: "HEAD" })).toEqual(verdict);
  });

  test("signed for another host", async () => {
    const target = await stored("/files");
    const signed = signedLink({ url: `https://other.example.com${target}`, secret: LINK_KEY });
    expect(await told(signed)).toEqual(INVALID);
  });

  test("an encoded slash, which the origin may decode, does not lead around the rule", async () => {
    const target = await stored("/files");
    const encoded = target.replace(/\/(\d+)$/, "%2f$1");
    expect(await told(link(target).replace(target, encoded))).toEqual([403, "signature-invalid"]);
  });

  test("neither is a refusal remembered, nor does it keep a good link out", async () => {
    const target = path("/files", { body: "the content" });
    for (let count = 0; count < 3; count++) expect(await told(target)).toEqual(MISSING);
    expect((await ask(link(target))).body).toBe("the content");
    expect(await told(target)).toEqual(MISSING);
  });

  test("a link that has expired gets no stale copy either, whatever the origin does", async () => {
    const target = await stored("/files");
    script(target, { fault: "reset" });
    expect(await told(link(target, { until: inSeconds(-1) }))).toEqual(EXPIRED);
  });

  test("a passed route too, and writes", async () => {
    const target = path("/passed", {});
    expect(await told(target)).toEqual(MISSING);
    expect(await told(target, { method: "POST", body: "x" })).toEqual(MISSING);
    expect(received(target)).toEqual([]);
  });
});

describe("a path is one, however it is encoded", () => {
  test("letters that need no encoding are no other path", async () => {
    const target = path("/files/%61", {});
    const plain = target.replace("%61", "a");
    script(plain, { body: "the content" });
    const query = link(plain).slice(plain.length);
    expect((await ask(target + query)).body).toBe("the content");
    expect((await ask(`/files/../files${target.slice(6)}${query}`)).body).toBe("the content");
    expect(new Set(received(plain).map(({ url }) => url))).toEqual(new Set([plain]));
  });
});

describe("a link for a folder", () => {
  const folder = (target: string, below: string, parts: Partial<LinkParts> = {}) =>
    link(target, { below, ...parts });

  test("opens all that is below, and shares its copies", async () => {
    const target = await stored("/files/show");
    expect(await told(folder(target, "/files/show/"))).toEqual([200, "hit"]);
    expect(await told(folder(target, "/files/"))).toEqual([200, "hit"]);
    expect(await told(folder(target, "/"))).toEqual([200, "hit"]);
  });

  test.each<[title: string, target: string, below: string]>([
    ["nothing beside it", "/files/other/1", "/files/show/"],
    ["not what begins alike", "/files/shows/1", "/files/show/"],
    ["not what begins alike, without a slash", "/files/shows/1", "/files/show"],
    ["not without a folder", "/files/show/1", ""],
    ["not a relative one", "/files/show/1", "files/"],
    ["no parameters, which nobody signed", "/files/show/1?admin=1", "/files/show/"],
    ["no way out that is encoded", "/files/show/..%2fsecret", "/files/show/"],
    ["no way out by a backslash", "/files/show/..%5csecret", "/files/show/"],
    ["no way out that is encoded twice", "/files/show/..%252fsecret", "/files/show/"],
    ["no way out by a parameter of the path", "/files/show/..;/secret", "/files/show/"],
    ["no null byte", "/files/show/a%00", "/files/show/"],
  ])("opens %s", async (_, target, below) => {
    expect(await told(folder(target, below))).toEqual(INVALID);
    expect(received(target)).toEqual([]);
  });

  test("dots are resolved before anything is asked", async () => {
    const query = folder("/files/show/1", "/files/show/").split("?")[1];
    expect(await told(`/files/show/../secret?${query}`)).toEqual(INVALID);
    expect(await told(`/files/show/%2e%2e/secret?${query}`)).toEqual(INVALID);
  });

  test("is not a link for a file of that name, nor the other way about", async () => {
    const exact = link("/files/show/");
    expect(await told(`${exact.replace("/files/show/", "/files/show/1")}&signed-below=/files/show/`)).toEqual(
      INVALID,
    );
    const below = folder("/files/show/", "/files/show/");
    expect(await told(below.replace(/&signed-below=[^&]*/, ""))).toEqual(INVALID);
    expect(await told(below.replace(/signed-below=[^&]*/, "signed-below=/files/"))).toEqual(INVALID);
  });

  test("expires", async () => {
    expect(await told(folder("/files/show/1", "/files/show/", { until: inSeconds(-1) }))).toEqual(EXPIRED);
  });
});

describe("a link for one address", () => {
  const from = (ip: string): ClientRequest => ({ headers: { "CF-Connecting-IP": ip } });

  test("is good from there, and from nowhere else", async () => {
    const target = path("/personal", {});
    const signed = link(target, { address: "203.0.113.9" });
    expect((await ask(signed, from("203.0.113.9"))).status).toBe(200);
    expect(await told(signed, from("203.0.113.10"))).toEqual(INVALID);
    expect(await told(link(target), from("203.0.113.9"))).toEqual(INVALID);
    const claimed = { headers: { "CF-Connecting-IP": "203.0.113.10", "X-Forwarded-For": "203.0.113.9" } };
    expect(await told(signed, claimed)).toEqual(INVALID);
  });
});

describe("a secret that is missing", () => {
  const files = {
    name: "files",
    match: { path: "/files/*" },
    signedUrl: { secret: ["LINK_KEY", "LAST_KEY"] },
  };
  const { ask, received } = stage({ vars: { LINK_KEY }, rules: { rules: [files] } });

  test("closes all, and is told by name and without any value", async () => {
    for (const target of ["/files/1", "/elsewhere"]) {
      const answer = await ask(target);
      expect([answer.status, JSON.parse(answer.body).code]).toEqual([500, "configuration"]);
      expect(answer.body).toContain("LAST_KEY: found nothing; allowed: a secret of at least 32 characters");
      expect(answer.body).not.toContain(LINK_KEY);
      expect(received(target)).toEqual([]);
    }
  });
});

describe("what is told of a link", () => {
  test("a preflight, which has no credentials, is answered; the request itself needs them", async () => {
    const target = path("/embedded", {});
    const Origin = "https://app.example.com";
    const preflight = { method: "OPTIONS", headers: { Origin, "Access-Control-Request-Method": "GET" } };
    expect((await ask(target, preflight)).status).toBe(204);
    const refused = await ask(target, { headers: { Origin } });
    expect([refused.status, refused.headers["access-control-allow-origin"]]).toEqual([403, Origin]);
    expect(await told(target, { method: "OPTIONS" })).toEqual(MISSING);
    expect(received(target)).toEqual([]);
  });

  test("no line of the log has a signature", async () => {
    const target = path("/files", {});
    for (const parts of [{}, { until: 1 }, { secret: LAST_KEY }, { secret: "x".repeat(40) }])
      await ask(link(target, parts));
    const lines = () => started.worker.logs.filter((line) => line.includes(`"${target}"`));
    await eventually(() => lines().length === 4);
    expect(lines().filter((line) => /signature=|signed-until/.test(line))).toEqual([]);
  });

  test("explain says whether it would be let in, and the key without the signature", async () => {
    const target = path("/files", {});
    const explain = async (url: string) => {
      const query = new URLSearchParams({ url: started.worker.url + url });
      const answer = await ask(`/__selvedge/explain?${query}`, {
        headers: { Authorization: `Bearer ${CONTROL_TOKEN}` },
      });
      return JSON.parse(answer.body);
    };
    expect((await explain(target)).plan).toMatchObject({ kind: "refuse", reason: "signature-missing" });
    const good = await explain(link(target));
    expect(good.plan.kind).toBe("lookup");
    expect(good.key.uri).toBe(started.worker.url + target);
    expect(JSON.stringify([good, await explain(target)])).not.toContain(LINK_KEY);
  });
});
