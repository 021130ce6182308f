import { statfs } from 'node:fs/promises';
import type { Paths } from '../config/paths.ts';
import { nearest } from './doctor/inspect-system.ts';

/** Magic numbers of Linux; other systems number theirs otherwise. */
const kinds = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x01021997, '9p'],
  [0x5346414f, 'AFS'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x65735546, 'FUSE'],
]);

/** Which of our places lie on a file system that another machine may write to as well, with its kind. */
export async function findNetworkFolders(
  { folders, state }: Pick<Paths, 'folders' | 'state'>,
  kindOf: (place: string) => Promise<number> = typeOf,
): Promise<{ place: string; kind: string }[]> {
  const places = [...Object.values(folders), state];
  const found = await Promise.all(
    places.map(async (place) => ({ place, kind: kinds.get(await kindOf(await nearest(place))) })),
  );
  return found.flatMap(({ place, kind }) => (kind === undefined ? [] : [{ place, kind }]));
}

async function typeOf(place: string): Promise<number> {
  return process.platform === 'linux' ? (await statfs(place)).type : 0;
}
