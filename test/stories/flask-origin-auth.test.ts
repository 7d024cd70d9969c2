/** A real Flask API that lets nobody in but the cache: what the example verifies is what the Worker sends. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ClientRequest, send } from "../support/client.ts";
import { type FlaskApp, findFlaskPython, reservePort, startFlask } from "../support/flask.ts";
import { type RunningWorker, startWorker } from "../support/harness.ts";
import { inSeconds } from "../support/links.ts";
import { type Signed, signatureFields } from "../support/message-signature.ts";

const python = findFlaskPython();
const isRequired = process.env["CI"] === "true";
if (!python && !isRequired) console.log("SKIPPED: Flask is not installed (apt install python3-flask)");

const ORIGIN_SECRET = "a-secret-that-both-know";
const ORIGIN_KEY = "a key that both know, of 32 characters";

describe.skipIf(!python && !isRequired)("a Flask API that asks who is calling", () => {
  let bySecret: FlaskApp;
  let bySignature: FlaskApp;
  let worker: RunningWorker;

  beforeAll(async () => {
    if (!python) throw new Error("Flask is not installed, and with CI=true this story has to run");
    const start = async (env: Record<string, string>) =>
      startFlask(python, await reservePort(), { file: "guarded.py", env });
    bySecret = await start({ ORIGIN_SECRET });
    bySignature = await start({ ORIGIN_KEY });
    worker = await startWorker({
      origin: bySecret.url,
      vars: { LOG: "off", ORIGIN_SECRET, ORIGIN_KEY },
      rules: {
        origins: {
          default: { auth: { header: { secret: "ORIGIN_SECRET" } } },
          signed: { url: bySignature.url, auth: { signature: { secret: "ORIGIN_KEY" } } },
        },
        rules: [
          { name: "signed", match: { path: "/signed/*" }, origin: "signed" },
          {
            name: "graphql",
            match: { path: "/graphql", method: "POST" },
            origin: "signed",
            key: { body: { methods: ["POST"] } },
          },
        ],
      },
    });
  });

  afterAll(async () => {
    await worker?.close();
    await Promise.all([bySecret?.stop(), bySignature?.stop()]);
  });

  const through = (target: string, request?: ClientRequest) => send(worker.url + target, request);
  const statusAt = async (url: string, request?: ClientRequest) => (await send(url, request)).status;

  test("lets the cache in by the secret, and nobody who lacks it", async () => {
    expect((await through("/a?b=1")).status).toBe(200);
    expect(
      (await through("/a", { method: "PUT", body: "x", headers: { "X-Origin-Secret": "guessed" } })).status,
    ).toBe(200);
    const strangers = ["", "guessed", ORIGIN_SECRET.slice(1), `${ORIGIN_SECRET}, x`];
    for (const secret of strangers) {
      expect(await statusAt(`${bySecret.url}/a`, { headers: { "X-Origin-Secret": secret } })).toBe(403);
    }
    expect(await statusAt(`${bySecret.url}/a`)).toBe(403);
  });

  test.each<[title: string, target: string, request: ClientRequest]>([
    ["a read", "/signed/a", {}],
    ["a query", "/signed/a?b=2&a=%20%2F", {}],
    ["an encoded path", "/signed/caf%C3%A9/a%2Fb/%20", {}],
    ["HEAD", "/signed/b", { method: "HEAD" }],
    ["a write", "/signed/a", { method: "PUT", body: '{"price":1}' }],
    [
      "a write in pieces",
      "/signed/a",
      { method: "PUT", body: "x".repeat(900), headers: { "Transfer-Encoding": "chunked" } },
    ],
    ["a write without content", "/signed/a", { method: "POST", headers: { "Content-Length": "0" } }],
    ["a long write, whose content is not signed", "/signed/a", { method: "PUT", body: "x".repeat(70_000) }],
    ["a read with content", "/graphql", { method: "POST", body: '{"query":"{a}"}' }],
  ])("lets in what the cache has signed: %s", async (_, target, request) => {
    const answer = await through(target, request);
    expect(answer.status).toBe(200);
    if (request.body) expect(JSON.parse(answer.body).body).toBe(String(request.body));
  });

  const good: Signed = {
    method: "PUT",
    target: "/signed/a?b=1",
    body: "the content",
    key: ORIGIN_KEY,
    created: inSeconds(0),
  };
  const fields = (changed: Partial<Signed> = {}) => signatureFields({ ...good, ...changed });
  const sent = (headers: Record<string, string>, changed: Partial<Signed> = {}) => {
    const { method, target, body } = { ...good, ...changed };
    return statusAt(bySignature.url + target, {
      method,
      headers,
      ...(body === null ? {} : { body: body ?? "" }),
    });
  };

  test("lets in what is signed alike by others who have the key", async () => {
    expect(await sent(fields())).toBe(200);
    expect(await sent(fields({ created: inSeconds(-290) }))).toBe(200);
  });

  test.each<[title: string, headers: () => Record<string, string>, sentAs?: Partial<Signed>]>([
    ["nothing", () => ({})],
    ["another key", () => fields({ key: "a key that one of them does not know" })],
    ["another key's name", () => fields({ keyId: "unknown" })],
    ["an instant too long ago", () => fields({ created: inSeconds(-310) })],
    ["an instant to come", () => fields({ created: inSeconds(310) })],
    ["another method", () => fields(), { method: "POST" }],
    ["another path", () => fields(), { target: "/signed/b?b=1" }],
    ["another query", () => fields(), { target: "/signed/a?b=2" }],
    ["a query more", () => fields(), { target: "/signed/a?b=1&c=1" }],
    ["another content", () => fields(), { body: "other content" }],
    ["no content", () => fields(), { body: null }],
    ["content where none was signed", () => fields({ body: null })],
    [
      "a digest of other content",
      () => ({ ...fields({ body: null }), "content-digest": fields({ body: "x" })["content-digest"] ?? "" }),
    ],
    [
      "a renewed instant",
      () => ({ ...fields(), "signature-input": fields({ created: inSeconds(5) })["signature-input"] ?? "" }),
    ],
    [
      "fewer parts",
      () => ({ ...fields(), "signature-input": (fields()["signature-input"] ?? "").replace('"@path" ', "") }),
    ],
    ["a signature cut short", () => ({ ...fields(), signature: "selvedge=:AAAA:" })],
  ])("lets in nobody with %s", async (_, headers, sentAs) => {
    expect(await sent(headers(), sentAs)).toBe(403);
  });

  test("content in pieces that nobody has signed is refused", async () => {
    const headers = { ...fields({ body: null }), "transfer-encoding": "chunked" };
    expect(await sent(headers)).toBe(403);
  });
});
