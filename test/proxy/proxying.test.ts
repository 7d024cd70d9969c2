/** What is passed on, either way: methods, fields, bodies, redirects, and what becomes of an origin's failures. */
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ClientRequest, send } from "../support/client.ts";
import { type RunningWorker, startWorker } from "../support/harness.ts";
import { type Answer, type Origin, startOrigin } from "../support/origin.ts";

let origin: Origin;
let worker: RunningWorker;
let count = 0;

beforeAll(async () => {
  origin = await startOrigin();
  worker = await startWorker({ origin: origin.url, vars: { LOG: "off", ORIGIN_TIMEOUT: "1s" } });
});

afterAll(async () => {
  await worker?.close();
  await origin?.stop();
});

/** One request through the Worker: the answer, and what the origin got. */
async function pass(answer: Answer, request: ClientRequest & { readonly query?: string } = {}) {
  const path = `/p/${++count}`;
  origin.script(path, [answer]);
  const seen = await send(worker.url + path + (request.query ?? ""), request);
  return { seen, got: origin.received(path).at(-1), path };
}

const noStore = { "Cache-Control": "no-store" };
const publicHost = () => new URL(worker.url).host;

describe("requests", () => {
  test.for(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])("%s", async (method) => {
    const { seen, got } = await pass({ headers: { ...noStore, "X-A": "1" } }, { method });
    expect([seen.status, seen.headers["x-a"], got?.method]).toEqual([200, "1", method]);
  });

  test.for(["POST", "PUT", "PATCH", "DELETE"])("%s with its body", async (method) => {
    const body = "ünï".repeat(1000);
    const { got } = await pass({ status: 201 }, { method, body, headers: { "Content-Type": "text/x" } });
    expect(got).toMatchObject({ method, body, headers: { "content-type": "text/x" } });
    expect(got?.headers["content-length"]).toBe(String(Buffer.byteLength(body)));
  });

  test("GET with its body", async () => {
    const { seen, got } = await pass({}, { method: "GET", body: "x" });
    expect([seen.status, got?.method, got?.body]).toEqual([200, "GET", "x"]);
  });

  test("a body of unknown length", async () => {
    const headers = { "Transfer-Encoding": "chunked" };
    const { got } = await pass({}, { method: "POST", body: "chunks", headers });
    expect(got?.body).toBe("chunks");
  });

  test("path and query as they were sent", async () => {
    const { got, path } = await pass({ headers: noStore }, { query: "?b=%20+x&&a=%C3%BC&c" });
    expect(got?.url).toBe(`${path}?b=%20+x&&a=%C3%BC&c`);
  });

  test("end-to-end fields, and none of the connection's", async () => {
    const headers = {
      "X-A": ["1", "2"],
      Authorization: "Bearer a",
      Cookie: "a=1; b=2",
      Connection: "keep-alive, x-hop",
      "X-Hop": "1",
      TE: "trailers",
      "Proxy-Authorization": "Basic a",
      "Keep-Alive": "timeout=5",
    };
    const { got } = await pass({ headers: noStore }, { headers });
    expect(got?.headers).toMatchObject({ "x-a": "1, 2", authorization: "Bearer a", cookie: "a=1; b=2" });
    for (const name of ["x-hop", "te", "proxy-authorization", "keep-alive"]) {
      expect(got?.headers, name).not.toHaveProperty(name);
    }
  });

  test("Host is the origin's; the public one, Proto and For are told", async () => {
    const { got } = await pass({ headers: noStore });
    expect(got?.headers).toMatchObject({
      host: new URL(origin.url).host,
      "x-forwarded-host": publicHost(),
      "x-forwarded-proto": "http",
      "x-forwarded-for": "127.0.0.1",
    });
  });

  test("forged X-Forwarded-Host and -Proto are replaced", async () => {
    const headers = { "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher" };
    const { got } = await pass({ headers: noStore }, { headers });
    expect(got?.headers).toMatchObject({ "x-forwarded-host": publicHost(), "x-forwarded-proto": "http" });
  });

  test("Via is added to", async () => {
    const { got } = await pass({ headers: noStore }, { headers: { Via: "1.0 before" } });
    expect(got?.headers["via"]).toBe("1.0 before, 1.1 selvedge");
  });

  test("a cached request looks the same to the origin", async () => {
    const { got } = await pass({ headers: { "Cache-Control": "max-age=60" } });
    expect(got?.headers).toMatchObject({ "x-forwarded-host": publicHost(), via: "1.1 selvedge" });
  });
});

describe("answers", () => {
  test.for([200, 201, 202, 204, 206, 207, 226, 299, 400, 401, 418, 422, 429, 451, 500, 501, 503, 599])(
    "%d is passed on with its body",
    async (status) => {
      const { seen } = await pass({ status, body: "text", headers: { ...noStore, "X-A": "1" } });
      expect([seen.status, seen.body, seen.headers["x-a"]]).toEqual([
        status,
        status === 204 ? "" : "text",
        "1",
      ]);
    },
  );

  test.for([301, 302, 303, 307, 308])("%d is passed on, not followed", async (status) => {
    const { seen } = await pass({ status, headers: { ...noStore, Location: "/elsewhere?a=1" } });
    expect([seen.status, seen.headers["location"]]).toEqual([status, "/elsewhere?a=1"]);
    expect(origin.received("/elsewhere")).toHaveLength(0);
  });

  test.for(["Location", "Content-Location"])(
    "%s on the origin's own address leads to the public one",
    async (name) => {
      const { seen } = await pass({ status: 302, headers: { [name]: `${origin.url}/a?b=1` } });
      expect(seen.headers[name.toLowerCase()]).toBe(`${worker.url}/a?b=1`);
    },
  );

  test("a Location elsewhere is left alone", async () => {
    const { seen } = await pass({ status: 302, headers: { Location: `${origin.url}0/a` } });
    expect(seen.headers["location"]).toBe(`${origin.url}0/a`);
  });

  test("Set-Cookie lines stay lines", async () => {
    const { seen } = await pass({ headers: { "Set-Cookie": ["a=1; Path=/", "b=2"] } });
    const cookies = seen.rawHeaders.filter(([name]) => name.toLowerCase() === "set-cookie");
    expect(cookies.map(([, value]) => value)).toEqual(["a=1; Path=/", "b=2"]);
  });

  test.for(["gzip", "x-unknown"])(
    "bytes coded as %s are not touched, on a miss and on a hit",
    async (coding) => {
      const body = gzipSync("compressed ".repeat(500));
      const headers = { "Cache-Control": "max-age=60", "Content-Encoding": coding };
      const request = { headers: { "Accept-Encoding": "gzip" } };
      const { seen, path } = await pass({ headers, body }, request);
      const hit = await send(worker.url + path, request);
      for (const { bytes, headers: fields } of [seen, hit]) {
        expect(fields["content-encoding"]).toBe(coding);
        if (coding === "gzip") expect(gunzipSync(bytes).toString()).toBe("compressed ".repeat(500));
        else expect(bytes.equals(body)).toBe(true);
      }
      expect(origin.received(path)).toHaveLength(1);
    },
  );

  test("no fields of the platform's own", async () => {
    const { seen } = await pass({ headers: { ...noStore, "CF-Cache-Status": "HIT" } });
    expect(Object.keys(seen.headers).filter((name) => name.startsWith("cf-"))).toEqual([]);
  });
});

describe("failures", () => {
  test("a connection that breaks: 502, as problem+json", async () => {
    const { seen } = await pass({ fault: "reset" });
    expect(seen.status).toBe(502);
    expect(seen.headers).toMatchObject({
      "content-type": "application/problem+json",
      "cache-control": "no-store",
    });
    expect(JSON.parse(seen.body)).toMatchObject({
      status: 502,
      title: "Bad Gateway",
      code: "origin-unreachable",
    });
  });

  test.for(["GET", "POST"])(
    "%s of an origin that does not answer in time: 504, as problem+json",
    async (method) => {
      const { seen } = await pass({ fault: "hang" }, { method });
      expect(seen.status).toBe(504);
      expect(JSON.parse(seen.body)).toMatchObject({
        status: 504,
        title: "Gateway Timeout",
        code: "origin-timeout",
      });
    },
  );

  test.for(["POST", "PUT", "PATCH", "DELETE"])(
    "a %s is not sent again when its connection breaks",
    async (method) => {
      const { seen, path } = await pass({ fault: "reset" }, { method });
      expect([seen.status, origin.received(path).length]).toEqual([502, 1]);
    },
  );

  test("HEAD: the status, and no body", async () => {
    const { seen } = await pass({ fault: "reset" }, { method: "HEAD" });
    expect([seen.status, seen.body]).toEqual([502, ""]);
  });

  test("a slow body is not a timeout", async () => {
    const { seen } = await pass({ headers: noStore, body: "late", bodyDelayMs: 1300 });
    expect([seen.status, seen.body]).toEqual([200, "late"]);
  });

  test("a body cut short is seen as such", async () => {
    const { seen } = await pass({ headers: noStore, body: "half", fault: "cut" });
    expect(seen.complete).toBe(false);
  });
});

test("an origin that refuses connections: 502", async () => {
  const gone = await startOrigin();
  await gone.stop();
  const other = await startWorker({ origin: gone.url, vars: { LOG: "off" } });
  const seen = await send(`${other.url}/x`);
  await other.close();
  expect(seen.status).toBe(502);
  expect(JSON.parse(seen.body)).toMatchObject({ status: 502, code: "origin-unreachable" });
});
