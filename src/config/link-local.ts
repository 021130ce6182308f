import { BlockList, isIP } from 'node:net';

/** Addresses that only the machine's own network answers: in a cloud, whoever asks there gets its credentials. */
const linkLocal = new BlockList();
linkLocal.addSubnet('169.254.0.0', 16, 'ipv4');
linkLocal.addSubnet('fe80::', 10, 'ipv6');
linkLocal.addAddress('fd00:ec2::254', 'ipv6');

const metadataNames = new Set([
  'metadata',
  'metadata.google.internal',
  'instance-data',
  'instance-data.ec2.internal',
]);

/** Whether an address, in whatever spelling, leads to the metadata of the machine itself. */
export function isLinkLocal(address: string): boolean {
  const { hostname } = URL.parse(address) ?? { hostname: '' };
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const version = isIP(host);
  if (version === 0) return metadataNames.has(host);
  return linkLocal.check(host, version === 4 ? 'ipv4' : 'ipv6');
}
