/** `node scripts/schema.ts`: writes rules.schema.json, the JSON Schema of the rules file, anew. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { rulesSchema, type Words } from "../src/rules/schema.ts";
import { ROOT } from "./tools.ts";

export const SCHEMA_PATH = `${ROOT}rules.schema.json`;

/** The schema with descriptions, which are the comments of the types that an editor shows. */
export function describedSchema(): object {
  return rulesSchema(wordsOfTypes());
}

const COMMENT = String.raw`\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*`;
const TYPE = new RegExp(String.raw`(?:${COMMENT})?export (?:interface|type) (\w+)(?: extends (\w+))?`, "g");
const KEY = new RegExp(String.raw`${COMMENT}readonly (\w+)\??:`, "g");

function wordsOfTypes(): Words {
  const folder = `${ROOT}src/rules/input`;
  const texts = readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, "utf8"));
  return withInherited(Object.assign({}, ...texts.map(wordsIn)), texts.flatMap(extensionsIn));
}

function wordsIn(text: string): Words {
  const types = [...text.matchAll(TYPE)];
  return Object.fromEntries(
    types.flatMap(({ index, 0: head, 1: comment, 2: type }, place) => {
      const body = text.slice(index + head.length, types[place + 1]?.index);
      const keys = Array.from(body.matchAll(KEY), ([, said = "", key]) => [`${type}.${key}`, plain(said)]);
      return [...(comment === undefined ? [] : [[type, plain(comment)]]), ...keys];
    }),
  );
}

function plain(comment: string): string {
  return comment.replaceAll(/\s*\n\s*\*\s?/g, " ").trim();
}

function extensionsIn(text: string): [type: string, base: string][] {
  return Array.from(text.matchAll(TYPE), ([, , type = "", base = ""]): [string, string] => [
    type,
    base,
  ]).filter(([, base]) => base !== "");
}

function withInherited(words: Words, extensions: readonly (readonly [type: string, base: string])[]): Words {
  const inherited = extensions.flatMap(([type, base]) =>
    Object.entries(words)
      .filter(([key]) => key.startsWith(`${base}.`))
      .map(([key, said]) => [`${type}${key.slice(base.length)}`, said]),
  );
  return { ...Object.fromEntries(inherited), ...words };
}

if (import.meta.main) {
  writeFileSync(SCHEMA_PATH, JSON.stringify(describedSchema()));
  spawnSync(`${ROOT}node_modules/.bin/biome`, ["format", "--write", SCHEMA_PATH], { stdio: "inherit" });
}
