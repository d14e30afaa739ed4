/** What kind of address a peer or a target has. */
import ipaddr from 'ipaddr.js';

/** Addresses asked about last. */
const REMEMBERED = 1_000;

/** Remembers what was asked: several questions a request, about few addresses. */
function remembered<T>(judge: (address: string) => T): (address: string) => T {
  const known = new Map<string, T>();
  return (address) => {
    const found = known.get(address);
    if (found !== undefined) return found;
    if (known.size >= REMEMBERED) known.clear();
    const judged = judge(address);
    known.set(address, judged);
    return judged;
  };
}

/** True for 127.0.0.0/8, ::1 and their mapped forms. */
export const isLoopback: (address: string) => boolean = remembered(
  (address) => ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback',
);

/**
 * True for an address of the public Internet: not private, loopback, link-local (cloud metadata), carrier-grade NAT,
 * multicast, reserved, or a form that leads into IPv4 (mapped, NAT64, 6to4, Teredo). Ranges are those of the IANA
 * special-purpose registries, as ipaddr.js knows them.
 */
export function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

/** Whom requests are counted for: the address, of IPv6 its /64, which is what one subscriber gets. */
export const addressGroup: (address: string) => string = remembered((address) => {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return `${(parsed as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
});

/** A test for membership in CIDR ranges such as 10.0.0.0/8. Throws on what is no range. */
export function inRanges(ranges: readonly string[]): (address: string) => boolean {
  const parsed = ranges.map((range) => ipaddr.parseCIDR(range));
  return (address) => {
    if (!ipaddr.isValid(address)) return false;
    const at = ipaddr.process(address);
    return parsed.some((range) => at.kind() === range[0].kind() && at.match(range));
  };
}
