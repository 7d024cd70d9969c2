import ipaddr from "ipaddr.js";
import { type Shape, text } from "../shape/shape.ts";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** An address, or a network in CIDR notation without bits behind its prefix: `192.0.2.0/24`. */
export const network: Shape<string> = text({
  allowed: 'an IP address or a network in CIDR notation, such as "192.0.2.0/24" or "2001:db8::/32"',
  parse: (written) => {
    const [host = "", prefix, ...rest] = written.split("/");
    const address = addressOf(host);
    if (address === null || rest.length > 0) return null;
    return prefix === undefined ? address.toString() : networkOf(address, prefix);
  },
});

// ipaddr.js would also read the abbreviated, octal and hexadecimal forms that few people mean.
function addressOf(written: string): Address | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(written)) return ipaddr.IPv4.parse(written);
  return /^[0-9a-f:.]+$/i.test(written) && ipaddr.IPv6.isValid(written) ? ipaddr.IPv6.parse(written) : null;
}

function networkOf(address: Address, prefix: string): string | null {
  const bits = Number(prefix);
  if (!/^\d{1,3}$/.test(prefix) || bits > (address.kind() === "ipv4" ? 32 : 128)) return null;
  const cidr = `${address.toString()}/${bits}`;
  const kind = address.kind() === "ipv4" ? ipaddr.IPv4 : ipaddr.IPv6;
  return `${kind.networkAddressFromCIDR(cidr).toString()}/${bits}`;
}
