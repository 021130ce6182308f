import { BlockList, isIP } from 'node:net';

/** A host and a port as a client asks for them; the host as the URL standard writes it, without a final dot. */
export type Target = { host: string; port: number };

/** `below`: every name that ends in `.host`, in place of the host itself. */
export type AllowedHost = { host: string; below: boolean; ports: readonly number[] };

const webPorts = [80, 443];

/** Reads `registry.npmjs.org`, `*.example.org`, `10.0.0.5:8080`, `[::1]:3000`; without a port those of the web are meant. */
export function readAllowed(entries: readonly string[]): AllowedHost[] {
  return entries.flatMap((entry) => {
    const below = entry.startsWith('*.');
    const read = readAuthority(below ? entry.slice(2) : entry);
    return read === null
      ? []
      : [{ host: read.host, below, ports: read.port === null ? webPorts : [read.port] }];
  });
}

/** Null for whatever could be read in two ways: users, controls, escapes, a port that is none. */
export function readAuthority(text: string): { host: string; port: number | null } | null {
  const [, host = '', digits] = /^([a-z\d._-]{1,253}|\[[\da-f:.]{2,45}\])(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const url = host === '' ? null : URL.parse(`http://${host}`);
  const name = url?.hostname.replace(/\.$/, '') ?? '';
  const port = digits === undefined ? null : Number(digits);
  if (name === '' || port === 0 || (port !== null && port > 65_535)) return null;
  return { host: name, port };
}

/** How a target is listed: as itself, or only by an entry for all names below another; null where it is not. */
export function findAllowed(
  allowed: readonly AllowedHost[],
  { host, port }: Target,
): 'itself' | 'below' | null {
  const open = allowed.filter(({ ports }) => ports.includes(port));
  if (open.some((each) => !each.below && each.host === host)) return 'itself';
  const isName = isIP(bare(host)) === 0;
  return isName && open.some((each) => each.below && host.endsWith(`.${each.host}`)) ? 'below' : null;
}

/**
 * Why a listed name may not lead to an address; null when it may. Who answers for the names below another may be
 * anybody, so those never lead inside; and a link-local address, where machines keep credentials, is only reached by
 * whoever wrote down the address.
 */
export function refuseAddress(
  address: string,
  { host, listed }: { host: string; listed: 'itself' | 'below' },
): string | null {
  if (bare(host) === address) return null;
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (never.check(address, family)) return 'an address that only itself can be listed by';
  return listed === 'below' && inside.check(address, family) ? 'an address inside a private network' : null;
}

/** An IPv6 address stands in brackets in a URL. */
export function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

/** Neither machine nor network: link-local, unspecified, multicast, reserved. */
const never = blockList([
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 3],
  ['::', 128],
  ['fe80::', 10],
  ['ff00::', 8],
  ['fd00:ec2::254', 128],
]);

const inside = blockList([
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['::1', 128],
  ['64:ff9b:1::', 48],
  ['fc00::', 7],
]);

function blockList(subnets: readonly [address: string, prefix: number][]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of subnets)
    list.addSubnet(address, prefix, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return list;
}
