import { type ClientFacts, UNVERIFIED_BOT, VERIFIED_BOT } from "../../cache/types.ts";
import type { RuleMatch, Wanted } from "../rule.ts";
import type { Condition } from "./condition.ts";
import { satisfies } from "./condition-fields.ts";
import { anyOf, shown } from "./condition-words.ts";
import { compileNetworks, parseAddress, parseNetwork } from "./network.ts";

/** The conditions on what the platform knows of a client. What it does not know is not what is wanted. */
export function clientConditions(match: RuleMatch): readonly Condition[] {
  const { country, continent, asn, tlsVersion, bot, ip } = match;
  return [
    ...oneOf("country", country, (client) => client.country),
    ...oneOf("continent", continent, (client) => client.continent),
    ...oneOf("ASN", asn, (client) => client.asn),
    ...oneOf("TLS version", tlsVersion, (client) => client.tlsVersion),
    ...(bot === null ? [] : [botCondition(bot)]),
    ...(ip.length === 0 ? [] : [networkCondition(ip)]),
  ];
}

function oneOf<Value extends string | number>(
  label: string,
  wanted: readonly Value[],
  read: (client: ClientFacts) => Value | null,
): readonly Condition[] {
  if (wanted.length === 0) return [];
  const isWanted = (value: Value | null) => value !== null && wanted.includes(value);
  return [
    {
      holds: ({ client }) => isWanted(read(client)),
      whyNot: ({ client }) => `${label} ${shown(read(client), "unknown")} is not ${anyOf(wanted)}`,
      wants: `${label} is ${anyOf(wanted)}`,
      readsClient: true,
    },
  ];
}

function botCondition(wanted: Wanted): Condition {
  return typeof wanted === "boolean" ? isBotCondition(wanted) : botCategoryCondition(wanted);
}

function isBotCondition(wanted: boolean): Condition {
  return {
    holds: ({ client }) => (client.bot !== null) === wanted,
    whyNot: ({ client }) =>
      wanted ? "the client is not known to be a bot" : `the client is a bot (${shown(client.bot)})`,
    wants: wanted ? "the client is a bot" : "the client is not known to be a bot",
    readsClient: true,
  };
}

function botCategoryCondition(wanted: readonly string[] | RegExp): Condition {
  const text = wanted instanceof RegExp ? String(wanted) : anyOf(wanted);
  return {
    holds: ({ client }) => client.bot !== null && isOfKind(client.bot, wanted),
    whyNot: ({ client }) => `bot category ${shown(client.bot)} is not ${text}`,
    wants: `bot category is ${text}`,
    readsClient: true,
  };
}

// Who has a category is verified, too.
function isOfKind(bot: string, wanted: readonly string[] | RegExp): boolean {
  if (satisfies(bot, wanted)) return true;
  return bot !== UNVERIFIED_BOT && satisfies(VERIFIED_BOT, wanted);
}

function networkCondition(written: readonly string[]): Condition {
  const isInOne = compileNetworks(written.map(parseNetwork));
  const holds = (address: Address) => address !== null && isInOne(address);
  return {
    holds: ({ client }) => holds(addressOf(client)),
    whyNot: ({ client }) => `client address ${shown(client.ip, "unknown")} is not in ${anyOf(written)}`,
    wants: `client address is in ${anyOf(written)}`,
    readsClient: true,
  };
}

type Address = ReturnType<typeof parseAddress>;

// Many rules may ask for the same client's address; it is read once.
const known = new WeakMap<ClientFacts, { readonly address: Address }>();

function addressOf(client: ClientFacts): Address {
  const found = known.get(client);
  if (found !== undefined) return found.address;
  const address = client.ip === null ? null : parseAddress(client.ip);
  known.set(client, { address });
  return address;
}
