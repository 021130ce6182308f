import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { findNetworkFolders } from '../../src/app/find-network-folders.ts';
import { ticketStates } from '../../src/domain/ticket.ts';
import { temporaryDirectories } from '../support/directory.ts';

const fresh = temporaryDirectories();

function placesIn(root: string) {
  const folders = Object.fromEntries(ticketStates.map((state) => [state, join(root, state)]));
  return { folders: folders as Record<(typeof ticketStates)[number], string>, state: join(root, 'state') };
}

describe('folders on a network', () => {
  it('are none on a disk of this machine', async () => {
    expect(await findNetworkFolders(placesIn(fresh()))).toEqual([]);
  });

  it.each([
    [0x6969, 'NFS'],
    [0xff534d42, 'CIFS'],
    [0x01021997, '9p'],
    [0x65735546, 'FUSE'],
  ])('are told with their kind: %d', async (type, kind) => {
    const root = fresh();
    const found = await findNetworkFolders(placesIn(root), () => Promise.resolve(type));
    expect(found).toHaveLength(6);
    expect(found[0]).toEqual({ place: join(root, 'todo'), kind });
  });
});
