/** Whatever stands in a field, its parser answers: with what its type says, and never by throwing. */
import fc from "fast-check";
import { parseList } from "structured-headers";
import { describe, expect, it, test } from "vitest";
import { acceptedMediaType } from "../../src/http/accept.ts";
import { acceptedEncoding } from "../../src/http/accept-encoding.ts";
import { acceptedLanguage } from "../../src/http/accept-language.ts";
import { parseAge } from "../../src/http/age.ts";
import { deltaSeconds, fieldNames, parseCacheControl } from "../../src/http/cache-control.ts";
import { formatCacheStatus } from "../../src/http/cache-status.ts";
import { considered } from "../../src/http/considered.ts";
import { cookiesOf, cookieValue, filterCookies } from "../../src/http/cookie.ts";
import { formatHttpDate, parseHttpDate } from "../../src/http/date.ts";
import { dropDirectives, keepDirectives, setDirective } from "../../src/http/directive-list.ts";
import { parseEntityTag, parseEntityTagList, strongMatch, weakMatch } from "../../src/http/etag.ts";
import { connectionOptions, endToEnd, isHopByHop, withoutNominated } from "../../src/http/fields.ts";
import { formatContentRange, parseContentRange, parseRange, resolveRange } from "../../src/http/range.ts";
import { parseRetryAfter } from "../../src/http/retry-after.ts";
import { isToken, parseSeconds, splitMembers, splitTokens, trimOws } from "../../src/http/syntax.ts";
import { parseTargeted, selectTargeted } from "../../src/http/targeted.ts";
import { foldPath, normalisePath } from "../../src/http/uri.ts";
import { normaliseFieldValue, normaliseNominated, parseVary } from "../../src/http/vary.ts";
import { fields, fieldText, RUNS, text, token } from "./texts.ts";

const LONGEST_SECONDS = 2_147_483_648;
const isSeconds = (value: unknown) =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= LONGEST_SECONDS;
const now = fc.date({ min: new Date("1990-01-01"), max: new Date("2200-01-01"), noInvalidDate: true });

/** Tries a property on any text, well formed or not. */
function anyText(holds: (value: string) => void): void {
  fc.assert(fc.property(text, holds), RUNS);
}

describe("lists and directives (RFC 9110 §5.6, RFC 9111 §5.2)", () => {
  it("members are trimmed, and of tokens none is empty or upper-case", () => {
    anyText((value) => {
      for (const member of splitMembers(value)) expect(trimOws(member)).toBe(member);
      for (const each of splitTokens(value)) expect(each).toBe(trimOws(each).toLowerCase());
      expect(splitTokens(value)).not.toContain("");
    });
  });

  it("directives have names in lower case, and each at least one argument", () => {
    anyText((value) => {
      for (const [name, occurrences] of parseCacheControl(value)) {
        expect(name).toBe(trimOws(name).toLowerCase());
        expect(name).not.toBe("");
        expect(occurrences.length).toBeGreaterThan(0);
      }
    });
  });

  it("seconds are seconds, names of fields are tokens", () => {
    anyText((value) => {
      const directives = parseCacheControl(value);
      for (const name of directives.keys()) {
        const seconds = deltaSeconds(directives, name);
        expect(seconds === "invalid" || isSeconds(seconds)).toBe(true);
        const names = fieldNames(directives, name);
        expect(names === true || names?.every(isToken)).toBe(true);
      }
    });
  });

  it("what was written is read, whatever stands around it", () => {
    const directive = fc.tuple(token, fc.nat(LONGEST_SECONDS - 1));
    fc.assert(
      fc.property(directive, fc.array(token), ([name, seconds], others) => {
        fc.pre(!others.some((other) => other.toLowerCase() === name.toLowerCase()));
        const directives = parseCacheControl([...others, `${name}=${seconds}`, ...others].join(" , "));
        expect(deltaSeconds(directives, name.toLowerCase())).toBe(seconds);
      }),
      RUNS,
    );
  });

  it("a list is divided in two by its names, and a directive is set once", () => {
    fc.assert(
      fc.property(text, fc.nat(LONGEST_SECONDS - 1), (value, seconds) => {
        const names = new Set(["max-age", "no-cache"]);
        const parts = [...keepDirectives(value, names), ...dropDirectives(value, names)];
        expect(parts.sort()).toEqual(
          splitMembers(value)
            .filter((member) => member !== "")
            .sort(),
        );
        // An open quotation mark takes in all that follows it.
        fc.pre(!value.includes('"'));
        const written = parseCacheControl(setDirective(value, "max-age", seconds).join(", "));
        expect(written.get("max-age")).toEqual([String(seconds)]);
      }),
      RUNS,
    );
  });

  it("targeted fields parse whole or not at all, and of two the nearer counts", () => {
    anyText((value) => {
      const directives = parseTargeted(value);
      for (const occurrences of directives?.values() ?? []) expect(occurrences).toHaveLength(1);
    });
    fc.assert(
      fc.property(fields, (headers) => {
        const selected = selectTargeted(headers);
        if (selected !== null) expect(headers.has(selected.field)).toBe(true);
      }),
      RUNS,
    );
  });
});

describe("numbers and instants", () => {
  test.each<[string, (value: string) => unknown]>([
    ["Age", parseAge],
    ["digits", parseSeconds],
  ])("%s are seconds or nothing", (_, parse) => {
    anyText((value) => {
      const seconds = parse(value);
      expect(seconds === null || isSeconds(seconds)).toBe(true);
    });
  });

  it("Retry-After is never negative", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          now.map((at) => at.toUTCString()),
        ),
        now,
        (value, at) => {
          const seconds = parseRetryAfter(value, at.getTime());
          expect(seconds === null || (Number.isInteger(seconds) && seconds >= 0)).toBe(true);
        },
      ),
      RUNS,
    );
  });

  it("a date is a whole second, and what is written is read again", () => {
    fc.assert(
      fc.property(text, now, (value, at) => {
        const parsed = parseHttpDate(value, at.getTime());
        expect(parsed === null || Number.isInteger(parsed / 1000)).toBe(true);
        const second = Math.floor(at.getTime() / 1000) * 1000;
        expect(parseHttpDate(formatHttpDate(at.getTime()), 0)).toBe(second);
      }),
      RUNS,
    );
  });
});

describe("validators and ranges (RFC 9110 §8.8.3, §14)", () => {
  it("entity tags hold no quotes, and come back as they were", () => {
    anyText((value) => {
      const list = parseEntityTagList(value);
      const tags = [parseEntityTag(value), ...(list === "*" ? [] : (list ?? []))].filter(
        (tag) => tag !== null,
      );
      for (const tag of tags) {
        expect(tag.opaque).not.toContain('"');
        expect(parseEntityTag(`${tag.weak ? "W/" : ""}"${tag.opaque}"`)).toEqual(tag);
        expect(weakMatch(tag, tag)).toBe(true);
        expect(strongMatch(tag, tag)).toBe(!tag.weak);
      }
    });
  });

  it("a range lies within what there is of the representation", () => {
    const written = fc.array(fc.tuple(fc.option(fc.nat(200)), fc.option(fc.nat(200))), { maxLength: 3 });
    const value = fc.oneof(
      text,
      written.map((specs) => `bytes=${specs.map(([from, to]) => `${from ?? ""}-${to ?? ""}`).join(",")}`),
    );
    fc.assert(
      fc.property(value, fc.nat(200), (range, length) => {
        for (const spec of parseRange(range) ?? []) {
          const resolved = resolveRange(spec, length);
          if (resolved === null) continue;
          expect(resolved.first).toBeGreaterThanOrEqual(0);
          expect(resolved.first).toBeLessThanOrEqual(resolved.last);
          expect(resolved.last).toBeLessThan(length);
          expect(parseContentRange(formatContentRange(resolved, length))).toEqual({ ...resolved, length });
        }
      }),
      RUNS,
    );
  });

  it("Content-Range speaks of bytes that there can be", () => {
    anyText((value) => {
      const range = parseContentRange(value);
      if (range === null || "unsatisfied" in range) return;
      expect(range.first).toBeLessThanOrEqual(range.last);
      if (range.length !== null) expect(range.last).toBeLessThan(range.length);
    });
  });
});

describe("negotiation and Vary (RFC 9110 §12)", () => {
  const available = fc.uniqueArray(fc.constantFrom("br", "gzip", "zstd"), { minLength: 1 });
  const languages = fc.uniqueArray(fc.constantFrom("en", "de", "pt-BR"), { minLength: 1 });
  const types = fc.uniqueArray(fc.constantFrom("text/html", "application/json"), { minLength: 1 });

  it("chooses one of what is available", () => {
    fc.assert(
      fc.property(text, available, languages, types, (value, codings, tags, medias) => {
        expect([...codings, "identity"]).toContain(acceptedEncoding(value, codings));
        expect([...tags, null]).toContain(acceptedLanguage(value, tags));
        expect([...medias, null]).toContain(acceptedMediaType(value, medias));
      }),
      RUNS,
    );
  });

  it("considers whole members of the beginning", () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 400 }), (piece, times) => {
        const value = `${piece},`.repeat(times);
        expect(considered(value).length).toBeLessThanOrEqual(1024);
        expect(value.startsWith(considered(value))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it("Vary names fields in order, each once, or says that nothing can be compared", () => {
    anyText((value) => {
      const names = parseVary(value);
      if (names === "*") return;
      expect(names.every(isToken)).toBe(true);
      expect(names).toEqual([...new Set(names)].sort());
      expect(parseVary(names.join(", "))).toEqual(names);
    });
  });

  it("normalising twice is normalising once", () => {
    const name = fc.constantFrom("accept", "accept-encoding", "accept-language", "accept-charset", "x-a");
    fc.assert(
      fc.property(name, text, (field, value) => {
        const once = normaliseNominated(field, value);
        expect(normaliseNominated(field, once)).toBe(once);
        const plain = normaliseFieldValue(value);
        expect(normaliseFieldValue(plain)).toBe(plain);
      }),
      RUNS,
    );
  });
});

describe("cookies, connections and paths", () => {
  it("a Cookie field that keeps all holds the same cookies", () => {
    fc.assert(
      fc.property(fieldText, (value) => {
        const headers = new Headers({ cookie: value });
        const kept = filterCookies(value, () => true);
        const again = new Headers(kept === null ? {} : { cookie: kept });
        expect(cookiesOf(again)).toEqual(cookiesOf(headers));
        for (const [name, values] of cookiesOf(headers)) {
          const distinct = new Set(values);
          expect(cookieValue(headers, name)).toBe(distinct.size === 1 ? values[0] : null);
        }
        expect(filterCookies(value, () => false)).toBeNull();
      }),
      RUNS,
    );
  });

  it("what concerns one connection goes no further, and what keeps a response private does", () => {
    fc.assert(
      fc.property(fields, (headers) => {
        const kept = endToEnd(headers);
        expect([...kept.keys()].filter(isHopByHop)).toEqual([]);
        for (const name of ["cache-control", "vary", "set-cookie"]) {
          expect(kept.has(name)).toBe(headers.has(name));
        }
        const seen = withoutNominated(headers);
        const nominated = connectionOptions(seen).filter((name) => seen.has(name) && !isHopByHop(name));
        expect(nominated.filter((name) => name === "x-a")).toEqual([]);
      }),
      RUNS,
    );
  });

  it("a path has one spelling, folded or not", () => {
    const folding = fc.record({
      pathCase: fc.constantFrom("sensitive", "insensitive"),
      trailingSlash: fc.constantFrom("keep", "strip"),
    });
    fc.assert(
      fc.property(text, folding, (value, how) => {
        const path = new URL(`https://a/${value.replace(/[?#]/g, "")}`, "https://a").pathname;
        const normal = normalisePath(path);
        expect(normalisePath(normal)).toBe(normal);
        const folded = foldPath(normal, how);
        expect(foldPath(folded, how)).toBe(folded);
        expect(folded.startsWith("/")).toBe(true);
      }),
      RUNS,
    );
  });

  it("Cache-Status can be parsed, whatever it says", () => {
    const said = fc.record({ hit: fc.boolean(), fwd: text, key: text, detail: text, ttl: fc.double() });
    fc.assert(
      fc.property(said, (member) => {
        const [[, parameters] = []] = parseList(formatCacheStatus("selvedge", member, null));
        expect(parameters?.get("hit")).toBe(member.hit);
        expect(String(parameters?.get("key"))).toMatch(/^[\x20-\x7e]*$/);
      }),
      RUNS,
    );
  });
});
