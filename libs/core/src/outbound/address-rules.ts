import { BlockList, isIP } from 'node:net';

/** IPv4 ranges that are not the public internet (IANA IPv4 Special-Purpose Address Registry, RFC 6890 and successors). */
const NOT_PUBLIC_V4: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Link-local, where clouds keep their metadata service (169.254.169.254).
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/**
 * The exceptions within 2000::/3, the only range of IPv6 that is the public internet (IANA IPv6 Special-Purpose Address
 * Registry). Outside of it lie loopback, link-local, unique local (with fd00:ec2::254), multicast, and the ranges that
 * carry an IPv4 address: mapped (::ffff:0:0/96), compatible (::/96), translated (64:ff9b::/96).
 */
const NOT_PUBLIC_V6: readonly [string, number][] = [
  // Protocol assignments with Teredo, which carries an IPv4 address.
  ['2001::', 23],
  ['2001:db8::', 32],
  // 6to4 carries an IPv4 address.
  ['2002::', 16],
  ['3fff::', 20],
];

const notPublicV4 = new BlockList();
for (const [network, prefix] of NOT_PUBLIC_V4) notPublicV4.addSubnet(network, prefix, 'ipv4');
const notPublicV6 = new BlockList();
for (const [network, prefix] of NOT_PUBLIC_V6) notPublicV6.addSubnet(network, prefix, 'ipv6');
const globalV6 = new BlockList();
globalV6.addSubnet('2000::', 3, 'ipv6');

/** Whether an IP address belongs to the public internet. Anything that is no address does not. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !notPublicV4.check(address, 'ipv4');
    case 6:
      return globalV6.check(address, 'ipv6') && !notPublicV6.check(address, 'ipv6');
    default:
      return false;
  }
}

/** Hosts that may be reached although they are not public: names, addresses and networks (`10.1.0.0/16`). */
export class AllowedHosts {
  private readonly names = new Set<string>();
  private readonly networks = new BlockList();

  /** @throws Error for an entry that is neither: a mistake in the configuration */
  constructor(entries: readonly string[]) {
    for (const entry of entries) {
      const [address = '', prefix] = entry.split('/');
      const family = isIP(address);
      if (family === 0 && prefix !== undefined) throw new Error(`${entry} is not a network`);
      const kind = family === 4 ? 'ipv4' : 'ipv6';
      if (family === 0) this.names.add(entry.toLowerCase());
      else if (prefix === undefined) this.networks.addAddress(address, kind);
      else this.networks.addSubnet(address, Number(prefix), kind);
    }
  }

  hasName(name: string): boolean {
    return this.names.has(name.toLowerCase());
  }

  hasAddress(address: string): boolean {
    const family = isIP(address);
    return family !== 0 && this.networks.check(address, family === 4 ? 'ipv4' : 'ipv6');
  }
}
