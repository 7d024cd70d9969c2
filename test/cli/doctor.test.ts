/** What is wrong with a deployment is found with a few requests, and with evidence: tried on servers that have it wrong. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, describe, expect, test } from "vitest";
import { expectComplaint, jsonOf, selvedge, selvedgeHere } from "./support.ts";

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

/** A Date that is a number is so many seconds ago; one that is a text is sent as it is. */
type Fields = Readonly<Record<string, string | number>>;

/** A server that answers each request with the next of these header sections, and then with the last. */
async function fake(
  sections: readonly Fields[],
  status = 200,
  inspected?: object,
): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const answer: RequestListener = (request, response) => {
    if (inspected !== undefined && request.url?.startsWith("/__selvedge/inspect")) {
      response.end(JSON.stringify(inspected));
      return;
    }
    const headers = sections[Math.min(asked.length, sections.length - 1)];
    asked.push(request.url ?? "");
    const { Date: given = 0 } = headers ?? {};
    const date = typeof given === "string" ? given : new Date(Date.now() - given * 1000).toUTCString();
    response.writeHead(status, { ...headers, Date: date }).end("x");
  };
  const server = createServer(answer).listen(0, "127.0.0.1");
  servers.push(server);
  await new Promise((resolve) => server.once("listening", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const MISS = "selvedge;fwd=uri-miss;fwd-status=200;ttl=60;stored";
const HIT = "selvedge;hit;ttl=58";
const WELL = { ETag: '"1"', "Cache-Control": "max-age=60" };
const working = [
  { ...WELL, "Cache-Status": MISS },
  { ...WELL, "Cache-Status": HIT },
];

interface Finding {
  readonly code: string;
  readonly severity: string;
  readonly seen: string;
  readonly remedy: string | null;
}

async function examine(at: string, ...more: string[]) {
  const run = await selvedgeHere(["doctor", "--at", at, "--json", ...more]);
  const findings = jsonOf(run)["findings"] as readonly Finding[];
  const wrong = findings.filter(({ severity }) => severity !== "fine");
  return {
    exitCode: run.exitCode,
    wrong: wrong.map(({ severity, code }) => `${severity} ${code}`),
    findings,
  };
}

test("a deployment that works has nothing against it, after two requests", async () => {
  const { url, asked } = await fake(working);
  expect(await examine(url, "--path", "/a?b=c")).toMatchObject({ exitCode: 0, wrong: [] });
  expect(asked).toEqual(["/a?b=c", "/a?b=c"]);
});

// They wait more than they work.
describe.concurrent("a deployment that does not", () => {
  const old = { Date: 3600 };
  const both = (fields: Fields) => working.map((section) => ({ ...section, ...fields }));
  test.each<[title: string, sections: readonly Fields[], exitCode: number, wrong: string[]]>([
    ["stores without effect", [{ ...WELL, "Cache-Status": MISS }], 1, ["problem cache-without-effect"]],
    [
      "validates each time",
      [
        { ...WELL, "Cache-Status": MISS },
        { ...WELL, "Cache-Status": "selvedge;fwd=stale;fwd-status=304;stored" },
      ],
      0,
      ["notice always-stale"],
    ],
    [
      "was purged a second ago",
      [{ ...WELL, "Cache-Status": "selvedge;fwd=stale;fwd-status=200;stored;ttl=60;detail=purged" }],
      0,
      ["notice just-purged"],
    ],
    ["stores nothing", [{ ...WELL, "Cache-Status": "selvedge;fwd=bypass" }], 0, ["notice not-stored"]],
    ["is not there", [WELL], 1, ["problem not-selvedge"]],
    [
      "is behind another cache of the same kind",
      [{ ...WELL, "Cache-Status": "selvedge2;hit" }],
      1,
      ["problem not-selvedge"],
    ],
    ["sets cookies", both({ "Set-Cookie": "a=b" }), 1, ["problem set-cookie"]],
    ["has a clock that is wrong", both(old), 1, ["problem clock-skew"]],
    ["sends old answers, and says so", both({ ...old, Age: "3600" }), 0, []],
    ["is behind Cloudflare's cache", both({ "CF-Cache-Status": "HIT" }), 0, ["notice cache-in-front"]],
    ["is not behind it", both({ "CF-Cache-Status": "DYNAMIC" }), 0, []],
    ["forbids stale answers", both({ "Cache-Control": "s-maxage=60" }), 0, ["notice stale-forbidden"]],
    ["has no validators", working.map(({ ETag: _, ...rest }) => rest), 0, ["notice no-validator"]],
  ])("%s", async (_title, sections, exitCode, wrong) => {
    const { url } = await fake(sections);
    const examined = await examine(url);
    expect(examined).toMatchObject({ exitCode, wrong });
    for (const { severity, remedy } of examined.findings) expect(remedy !== null).toBe(severity !== "fine");
  });

  test("has two dates, as Flask's development server sends them", async () => {
    const date = new Date().toUTCString();
    const { url } = await fake(both({ Date: `${date}, ${date}` }));
    const { wrong, findings } = await examine(url);
    expect(wrong).toEqual(["notice no-date"]);
    expect(findings.at(-1)?.seen).toBe(`Date is not one date: ${date}, ${date}`);
  });

  test.each([
    [502, "fwd=uri-miss;detail=origin-unreachable"],
    [504, "fwd=stale;detail=origin-timeout"],
    [503, "fwd=uri-miss;detail=origin-busy"],
    [503, "fwd=uri-miss;detail=circuit-open"],
    [200, "fwd=stale;ttl=-9;detail=stale-if-error"],
  ])("has an origin that is down: %s %s", async (status, said) => {
    const { url } = await fake([{ ...WELL, "Cache-Status": `selvedge;${said}` }], status);
    expect(await examine(url)).toMatchObject({ exitCode: 1, wrong: ["problem origin-fails"] });
  });

  test("is behind Cloudflare Access", async () => {
    const location = "https://team.cloudflareaccess.com/cdn-cgi/access/login";
    const { url } = await fake([{ Location: location }], 302);
    expect(await examine(url)).toMatchObject({ exitCode: 1, wrong: ["problem access"] });
  });

  test("does not answer", async () => {
    expect(await examine("http://127.0.0.1:9")).toMatchObject({
      exitCode: 1,
      wrong: ["problem unreachable"],
    });
  });
});

describe("the origin", () => {
  test("is open to anybody, around the edge", async () => {
    const [edge, origin] = [await fake(working), await fake([WELL])];
    expect(await examine(edge.url, "--origin", origin.url)).toMatchObject({
      exitCode: 1,
      wrong: ["problem origin-open"],
    });
    expect(origin.asked).toHaveLength(1);
  });

  test("is asked below the path that its address has, as the Worker asks it", async () => {
    const [edge, origin] = [await fake(working), await fake([WELL])];
    await examine(edge.url, "--origin", `${origin.url}/v1/`, "--path", "/a?b=c");
    expect([...edge.asked, ...origin.asked]).toEqual(["/a?b=c", "/a?b=c", "/v1/a?b=c"]);
  });

  test("is closed", async () => {
    const [edge, origin] = [await fake(working), await fake([{}], 403)];
    expect(await examine(edge.url, "--origin", origin.url)).toMatchObject({ exitCode: 0, wrong: [] });
    expect(await examine(edge.url, "--origin", "http://127.0.0.1:9")).toMatchObject({
      exitCode: 0,
      wrong: [],
    });
  });

  test("gives a lifetime that the zone has raised", async () => {
    const raised = working.map((section) => ({ ...section, "Cache-Control": "max-age=14400" }));
    const [edge, origin] = [await fake(raised), await fake([WELL])];
    const { wrong, findings } = await examine(edge.url, "--origin", origin.url);
    expect(wrong).toEqual(["problem origin-open", "problem browser-cache-ttl"]);
    expect(findings.at(-1)?.seen).toBe("the origin says max-age=60, and clients get max-age=14400");
  });
});

describe("with a token, what is stored says what the origin sent", () => {
  const raised = working.map((section) => ({ ...section, "Cache-Control": "max-age=14400" }));

  test.each<[stored: string, wrong: string[]]>([
    ["max-age=60", ["problem browser-cache-ttl"]],
    ["max-age=14400", []],
    ["s-maxage=60", ["notice stale-forbidden"]],
  ])("%s", async (stored, wrong) => {
    const { url } = await fake(raised, 200, {
      stored: [{ selected: true, headers: { "cache-control": stored } }],
    });
    expect((await examine(url, "--token", "t")).wrong).toEqual(wrong);
  });

  test("a wrong one is told of", async () => {
    const { url } = await fake(raised);
    expectComplaint(await selvedge(["doctor", "--at", url, "--token", "t"]), /something else than JSON/);
  });
});

test("for people, each finding has a mark, what was seen, and what to do", async () => {
  const { url } = await fake([{ ...WELL, "Cache-Status": MISS }]);
  const { exitCode, stdout, stderr } = await selvedge(["doctor", "--at", url]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
  expect(stdout).toMatch(
    /^✗ stored, and not found again 2 times: .*\n {2}the Cache API has no effect here: .*\n✓ clocks agree\n$/,
  );
});

test("the address comes from the environment, too", async () => {
  expectComplaint(
    await selvedge(["doctor"], { variables: { SELVEDGE_URL: "nonsense" } }),
    /--at: found "nonsense"/,
  );
});
