/** What comes in at the edges (control API, store, variables) is parsed once, and refused in words. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Env, parseConfig } from "../../src/config.ts";
import { readJson } from "../../src/control/body.ts";
import { Attempts, clientOf } from "../../src/control/limits.ts";
import { isControlPath, isPlainPath } from "../../src/control/path.ts";
import { readPurgeRequest } from "../../src/control/purge-request.ts";
import { readTokens } from "../../src/control/tokens.ts";
import { readWarmRequest } from "../../src/control/warm-request.ts";
import { ConfigError } from "../../src/errors.ts";
import { readPurges } from "../../src/purge/purge-input.ts";
import { compileRules } from "../../src/rules/match/match.ts";
import { defineRules } from "../../src/rules/rule.ts";
import { decodeRecord, encodeRecord } from "../../src/store/codec.ts";
import { stored } from "../cache/support.ts";
import { fieldText, json, mutated, RUNS, text } from "./texts.ts";

const ORIGIN = "https://api.example.com";
const PREFIX = "/__selvedge";
const CONTEXT = { matcher: compileRules(defineRules({ rules: [] })), origin: ORIGIN };

const place = fc.array(fc.nat(20), { maxLength: 5 });

describe("the control API", () => {
  it("knows a path of its own however it is spelled, and answers one spelling", () => {
    const spelled = fc
      .tuple(fc.array(fc.boolean(), { minLength: 11, maxLength: 11 }), fc.boolean(), text)
      .map(([encoded, upper, rest]) => {
        const path = [...PREFIX].map((character, index) =>
          encoded[index] && index > 0 ? `%${character.charCodeAt(0).toString(16)}` : character,
        );
        return `${upper ? path.join("").toUpperCase() : path.join("")}/${rest.replaceAll("..", "")}`;
      });
    fc.assert(
      fc.property(spelled, (path) => {
        // A later segment may lead out again, which no prefix could tell.
        fc.pre(!/%2e|\./i.test(path));
        expect(isControlPath(path, PREFIX)).toBe(true);
        if (isPlainPath(path, PREFIX)) expect(path.startsWith(PREFIX)).toBe(true);
      }),
      RUNS,
    );
  });

  it("judges any path", () => {
    fc.assert(
      fc.property(text, (path) => {
        expect(isControlPath(path, PREFIX)).toBeTypeOf("boolean");
        if (isPlainPath(path, PREFIX)) expect(isControlPath(path, PREFIX)).toBe(true);
      }),
      RUNS,
    );
  });

  it("purges what stored responses are called, or refuses in words", () => {
    const good = fc.constant({
      tags: ["a"],
      urls: ["/a?b", `${ORIGIN}/`],
      paths: ["/a"],
      prefixes: ["/a/"],
      soft: true,
    });
    fc.assert(
      fc.property(good, place, json, (body, at, other) => {
        const read = readPurgeRequest(mutated(body, at, other), CONTEXT);
        if (read.kind === "refused") {
          expect(read.complaints.join()).not.toBe("");
          return;
        }
        // What it hands on is what the log takes, unchanged.
        expect(readPurges(read.purges)).toEqual({ kind: "purges", purges: read.purges });
      }),
      RUNS,
    );
  });

  it("takes from a log only what it would give to one", () => {
    const purge = fc.record({
      scope: fc.constantFrom("everything", "host", "rule", "tag", "path", "prefix", "url", "other"),
      value: fc.oneof(text, fc.webUrl(), fc.constant("api.example.com/a%41")),
      soft: fc.oneof(fc.boolean(), json),
    });
    fc.assert(
      fc.property(fc.oneof(json, fc.array(purge, { minLength: 1, maxLength: 3 })), (input) => {
        const read = readPurges(input);
        if (read.kind === "refused") {
          expect(read.mistakes.length).toBeGreaterThan(0);
          return;
        }
        expect(readPurges(read.purges)).toEqual(read);
      }),
      RUNS,
    );
  });

  it("warms addresses of its own host, never those of the control API", () => {
    const good = fc.constant({
      urls: ["/a", `${ORIGIN}/b`],
      headers: [{ "x-a": "1" }],
      concurrency: 2,
      limit: 5,
    });
    fc.assert(
      fc.property(good, place, json, (body, at, other) => {
        const read = readWarmRequest(mutated(body, at, other), ORIGIN, PREFIX);
        if (read.kind === "refused") {
          expect(read.complaints.join()).not.toBe("");
          return;
        }
        for (const url of read.asked.urls) {
          expect(url.origin).toBe(ORIGIN);
          expect(isControlPath(url.pathname, PREFIX)).toBe(false);
        }
        expect(read.asked.concurrency).toBeLessThanOrEqual(6);
      }),
      RUNS,
    );
  });

  it("reads JSON as it is, and anything else not at all", async () => {
    const bodies = fc.oneof(
      json.map((value) => JSON.stringify(value) ?? ""),
      text,
      fc.uint8Array(),
    );
    await fc.assert(
      fc.asyncProperty(bodies, fieldText, fc.boolean(), async (body, type, isTyped) => {
        const headers = { "content-type": isTyped ? "application/json" : type };
        const read = await readJson(new Request(ORIGIN, { method: "POST", body: body as BodyInit, headers }));
        if (read.kind !== "json" || typeof body !== "string") return;
        expect(read.value).toEqual(JSON.parse(body.toWellFormed()));
      }),
      RUNS,
    );
  });

  it("counts clients together by address, and lets them in again", () => {
    fc.assert(
      fc.property(fc.oneof(fieldText, fc.ipV4(), fc.ipV6()), fc.nat(), (address, now) => {
        const client = clientOf(new Request(ORIGIN, { headers: { "cf-connecting-ip": address } }));
        const attempts = new Attempts();
        for (let count = 0; count < 10; count++) attempts.failed(client, now);
        expect(attempts.blockedFor(client, now)).toBe(60);
        expect(attempts.blockedFor(client, now + 60_000)).toBeNull();
      }),
      RUNS,
    );
  });

  it("repeats no token of a text that it refuses", () => {
    const SECRET = "s3cret-s3cret-s3cret";
    fc.assert(
      fc.property(text, text, (before, after) => {
        const read = readTokens(`${before}${SECRET}${after}`);
        if (read.kind === "malformed") expect(`${read.found}${read.allowed}`).not.toContain(SECRET);
      }),
      RUNS,
    );
  });
});

describe("the store", () => {
  it("gives back a record of its own making, or none", () => {
    const record = { index: null, response: stored({ etag: '"a"' }) };
    const plain: unknown = JSON.parse(encodeRecord(record));
    const texts = fc.oneof(
      text,
      fc.tuple(place, json).map(([at, other]) => JSON.stringify(mutated(plain, at, other)) ?? ""),
    );
    fc.assert(
      fc.property(texts, (written) => {
        const decoded = decodeRecord(written);
        if (decoded === null) return;
        const again = decodeRecord(encodeRecord(decoded));
        expect(encodeRecord(again ?? { index: null, response: null })).toBe(encodeRecord(decoded));
        if (decoded.response !== null) new Response(null, { status: decoded.response.status });
      }),
      RUNS,
    );
  });
});

describe("the variables", () => {
  const SECRET = "0123456789";
  const NAMES = [
    "ORIGIN",
    "ORIGIN_TIMEOUT",
    "LOG",
    "PURGE_BOUND",
    "CONTROL_PREFIX",
    "CLOUDFLARE_ZONE_ID",
    "X",
  ];
  const good: Env = { ORIGIN: "https://origin.example.com" };

  it("are refused with a ConfigError alone, which repeats no secret", () => {
    const secret = fc.constantFrom(
      "CONTROL_TOKEN",
      "CONTROL_TOKENS",
      "SELVEDGE_SECRET",
      "CLOUDFLARE_PURGE_TOKEN",
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...NAMES), text), secret, (vars, name) => {
        try {
          const config = parseConfig({ ...good, ...vars, [name]: SECRET });
          expect(config.originTimeoutSeconds).toBeGreaterThan(0);
          expect(config.originPath.endsWith("/")).toBe(false);
          for (const part of [config.controlTokens, config.cloudflare, config.secret])
            if (part instanceof ConfigError) expect(part.message).not.toContain(SECRET);
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
          expect(error.message).not.toContain(SECRET);
        }
      }),
      RUNS,
    );
  });
});
