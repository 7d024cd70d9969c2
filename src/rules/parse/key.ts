import type { BodyKey, KeyedField, KeyPolicy } from "../../cache/policy.ts";
import { PLAIN_KEY } from "../policy/plain.ts";
import { distinct, either, list, object, record } from "../shape/compound.ts";
import { boolean, byDefault, choice, mapped, type Shape, text, whole } from "../shape/shape.ts";
import { refuse } from "../shape/spot.ts";
import { cookieName } from "../shape/texts.ts";
import { keyedField } from "./field-names.ts";

/** What a key says besides the query, which stands in a key of its own. */
export type KeyRest = Omit<KeyPolicy, "query">;

function keyedFields(names: Shape<string>, what: string): Shape<readonly KeyedField[]> {
  return mapped(
    either(
      mapped(list(names, `a list of ${what}`), (listed) => listed.map((name) => keyed(name, "value"))),
      mapped(
        record(names, choice("value", "presence"), `an object of ${what}, each with "value" or "presence"`),
        (entries) => entries.map(([name, by]) => keyed(name, by)),
      ),
    ),
    (fields, spot) =>
      new Set(fields.map(({ name }) => name)).size === fields.length
        ? Object.freeze(fields)
        : refuse(spot, "each name once"),
  );
}

function keyed(name: string, by: KeyedField["by"]): KeyedField {
  return Object.freeze({ name, by });
}

const language: Shape<string> = text({
  allowed: 'a language tag of BCP 47, such as "en" or "pt-BR"',
  parse: canonicalLanguage,
  suggest: (written) => canonicalLanguage(written.replaceAll("_", "-")),
  pattern: /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/,
});

function canonicalLanguage(written: string): string | null {
  try {
    return Intl.getCanonicalLocales(written)[0] ?? null;
  } catch {
    return null;
  }
}

const MEDIA_TYPE = /^[!#$%&'+.^_`|~0-9A-Za-z-]+\/[!#$%&'+.^_`|~0-9A-Za-z-]+$/; // RFC 9110 §8.3.1

const mediaType: Shape<string> = text({
  allowed: 'a media type without parameters, such as "application/json"',
  parse: (written) => (MEDIA_TYPE.test(written) ? written.toLowerCase() : null),
  suggest: (written) => (MEDIA_TYPE.test(bare(written)) ? bare(written) : null),
  pattern: MEDIA_TYPE,
});

function bare(written: string): string {
  return written.split(";", 1)[0]?.trim() ?? "";
}

const VERSION_ALLOWED = "a number, or a string of 1 to 64 visible ASCII characters";

const version: Shape<string> = either(
  mapped(whole(0, Number.MAX_SAFE_INTEGER), String),
  text({
    allowed: VERSION_ALLOWED,
    parse: (written) => (/^[!-~]{1,64}$/.test(written) ? written : null),
    pattern: /^[!-~]{1,64}$/,
  }),
);

const body: Shape<BodyKey> = object(
  "BodyKeyInput",
  {
    methods: distinct(choice("POST", "QUERY"), '"POST" and "QUERY"'),
    maxBytes: byDefault(65_536, whole(1, 1_048_576, "whole bytes")),
  },
  ({ methods, maxBytes }) =>
    methods === undefined ? undefined : Object.freeze({ methods, maxBytes: maxBytes ?? 65_536 }),
  { required: ["methods"] },
);

/** What besides the query is in the key. */
export const key: Shape<KeyRest> = object(
  "KeyInput",
  {
    host: byDefault(true, boolean),
    headers: keyedFields(keyedField, "header fields"),
    cookies: keyedFields(cookieName, "cookies"),
    device: byDefault(false, boolean),
    country: byDefault(false, boolean),
    language: distinct(language, "language tags"),
    accept: distinct(mediaType, "media types"),
    encoding: distinct(choice("br", "gzip", "zstd", "deflate"), "content codings"),
    pathCase: byDefault("sensitive", choice("sensitive", "insensitive")),
    trailingSlash: byDefault("keep", choice("keep", "strip")),
    version,
    body,
  },
  (values) => {
    const { query, ...plain } = PLAIN_KEY;
    return Object.freeze<KeyRest>({
      host: values.host ?? plain.host,
      headers: values.headers ?? plain.headers,
      cookies: values.cookies ?? plain.cookies,
      device: values.device ?? plain.device,
      country: values.country ?? plain.country,
      languages: values.language ?? plain.languages,
      mediaTypes: values.accept ?? plain.mediaTypes,
      encodings: values.encoding ?? plain.encodings,
      pathCase: values.pathCase ?? plain.pathCase,
      trailingSlash: values.trailingSlash ?? plain.trailingSlash,
      version: values.version ?? plain.version,
      body: values.body ?? plain.body,
    });
  },
);
