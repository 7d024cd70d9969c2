/** An origin that asks for a client certificate gets the one that is bound, and gets none from anybody else. */
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasOpenssl, selfSigned } from "../../support/certificates.ts";
import { send } from "../../support/client.ts";
import { type RunningWorker, startWorker } from "../../support/harness.ts";

const isRequired = process.env["CI"] === "true";
const isMissing = !hasOpenssl() && !isRequired;
if (isMissing) console.log("SKIPPED: openssl is not installed");

describe.skipIf(isMissing)("an origin behind mTLS", () => {
  let server: Server;
  let worker: RunningWorker;

  beforeAll(async () => {
    const [origin, client] = [selfSigned("localhost"), selfSigned("the-cache")];
    const tls = { key: origin.key, cert: origin.certificate, ca: client.certificate };
    server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, (request, response) => {
      // The server has verified it, or there would be no request.
      const { subject } = (request.socket as TLSSocket).getPeerCertificate();
      response.end(`${request.url} for ${subject?.CN}`);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const external = (keypair?: { privateKey: string; certificateChain: string }) => ({
      external: {
        address,
        https: {
          options: {},
          tlsOptions: { trustedCertificates: [origin.certificate], ...(keypair && { keypair }) },
          certificateHost: "localhost",
        },
      },
    });
    const keypair = { privateKey: client.key, certificateChain: client.certificate };
    worker = await startWorker({
      origin: `https://${address}`,
      vars: { LOG: "off", ORIGIN_TIMEOUT: "3s" },
      // As on the platform, the binding's fetch is one that presents the certificate.
      options: { serviceBindings: { CERT: external(keypair), NONE: external() } },
      rules: {
        origins: {
          default: { auth: { certificate: "CERT" } },
          stranger: { url: `https://${address}`, auth: { certificate: "NONE" } },
        },
        rules: [{ name: "stranger", match: { path: "/stranger" }, origin: "stranger" }],
      },
    });
  });

  afterAll(async () => {
    await worker?.close();
    server?.closeAllConnections();
    server?.close();
  });

  test("answers who has it", async () => {
    const answer = await send(`${worker.url}/a?b=1`);
    expect([answer.status, answer.body]).toEqual([200, "/a?b=1 for the-cache"]);
  });

  test("and nobody who has not", async () => {
    expect((await send(`${worker.url}/stranger`)).status).toBe(502);
  });
});
