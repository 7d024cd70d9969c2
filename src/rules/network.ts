import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** The addresses that begin with the same bits. */
export interface AddressRange {
  readonly address: Address;
  readonly bits: number;
}

const MAPPED_BITS = 96;

/** An address of a client, or null where the text is none. IPv4 mapped into IPv6 is IPv4 (RFC 4291 §2.5.5.2). */
export function parseAddress(text: string): Address | null {
  // ipaddr.js would also read abbreviated, octal and hexadecimal forms.
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(text) || (text.includes(":") && ipaddr.isValid(text));
  return isAddress ? ipaddr.process(text) : null;
}

/** A network in CIDR notation, or an address, which is a network of one. Throws where the text is neither. */
export function parseNetwork(text: string): AddressRange {
  const [host = "", prefix] = text.split("/");
  const address = ipaddr.parse(host);
  const bits = prefix === undefined ? address.toByteArray().length * 8 : Number(prefix);
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= MAPPED_BITS) {
    return { address: address.toIPv4Address(), bits: bits - MAPPED_BITS };
  }
  return { address, bits };
}

export function isInNetwork(address: Address, network: AddressRange): boolean {
  return address.kind() === network.address.kind() && address.match(network.address, network.bits);
}

/** Whether every address of one network is one of another. */
export function containsNetwork(outer: AddressRange, inner: AddressRange): boolean {
  return inner.bits >= outer.bits && isInNetwork(inner.address, outer);
}
