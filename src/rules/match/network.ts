/** The bytes of an address: four of IPv4, sixteen of IPv6. */
type Address = readonly number[];

/** The addresses that begin with the same bits. */
export interface AddressRange {
  readonly address: Address;
  readonly bits: number;
}

const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
const MAPPED_BITS = 96;

/** An address of a client, or null where the text is none. IPv4 mapped into IPv6 is IPv4 (RFC 4291 §2.5.5.2). */
export function parseAddress(text: string): Address | null {
  if (!text.includes(":")) return parseV4(text);
  const bytes = parseV6(text);
  return bytes !== null && isMapped(bytes) ? bytes.slice(MAPPED_PREFIX.length) : bytes;
}

/** A network in CIDR notation, or an address, which is a network of one. Throws where the text is neither. */
export function parseNetwork(text: string): AddressRange {
  const [host = "", prefix] = text.split("/");
  const address = host.includes(":") ? parseV6(host) : parseV4(host);
  if (address === null) throw new Error(`no network: ${text}`);
  const bits = prefix === undefined ? address.length * 8 : Number(prefix);
  return isMapped(address) && bits >= MAPPED_BITS
    ? { address: address.slice(MAPPED_PREFIX.length), bits: bits - MAPPED_BITS }
    : { address, bits };
}

function isMapped(bytes: Address): boolean {
  return bytes.length > MAPPED_PREFIX.length && MAPPED_PREFIX.every((byte, index) => bytes[index] === byte);
}

// Not the abbreviated, octal and hexadecimal forms that few people mean.
const V4 = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;

function parseV4(text: string): Address | null {
  const bytes = V4.exec(text)?.slice(1).map(Number) ?? null;
  return bytes?.every((byte) => byte <= 255) ? bytes : null;
}

// RFC 4291 §2.2: eight groups, of which "::" may stand for one or more that are zero.
function parseV6(text: string): Address | null {
  const [before = "", after, ...more] = text.split("::");
  const [first, last] = [parseGroups(before, after === undefined), parseGroups(after ?? "", true)];
  if (first === null || last === null || more.length > 0) return null;
  const missing = 16 - first.length - last.length;
  if (after === undefined ? missing !== 0 : missing < 2) return null;
  return [...first, ...Array<number>(missing).fill(0), ...last];
}

/** The bytes of groups between colons; the last may be an IPv4 address where they end the text. */
function parseGroups(text: string, isEnd: boolean): Address | null {
  if (text === "") return [];
  const groups = text.split(":");
  const bytes = groups.map((group, index) => {
    if (isEnd && index === groups.length - 1 && group.includes(".")) return parseV4(group);
    return /^[0-9a-f]{1,4}$/i.test(group)
      ? [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]
      : null;
  });
  return bytes.includes(null) ? null : bytes.flatMap((each) => each ?? []);
}

/** Whether an address is in one of the networks. It looks once for each length of prefix, however many networks have it. */
export function compileNetworks(networks: readonly AddressRange[]): (address: Address) => boolean {
  const known = new Map<string, Prefixes>();
  for (const { address, bits } of networks) {
    const name = `${address.length}/${bits}`;
    const prefixes = known.get(name) ?? { bytes: address.length, bits, values: new Set() };
    prefixes.values.add(prefixOf(address, bits));
    known.set(name, prefixes);
  }
  const all = [...known.values()];
  return (address) =>
    all.some(({ bytes, bits, values }) => bytes === address.length && values.has(prefixOf(address, bits)));
}

/** The networks of one kind whose prefixes are equally long. */
interface Prefixes {
  readonly bytes: number;
  readonly bits: number;
  readonly values: Set<string>;
}

/** The first bits of an address, as a text that tells them from others of the same number. */
function prefixOf(bytes: Address, bits: number): string {
  const whole = bits >> 3;
  const rest = (bytes[whole] ?? 0) & (0xff << (8 - (bits & 7)));
  return String.fromCharCode(...bytes.slice(0, whole), rest & 0xff);
}

/** Whether every address of one network is one of another. */
export function containsNetwork(outer: AddressRange, inner: AddressRange): boolean {
  return inner.bits >= outer.bits && compileNetworks([outer])(inner.address);
}
