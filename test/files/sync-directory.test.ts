import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { syncDirectory } from '../../src/files/sync-directory.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { faultyDisk } from '../support/faulty-disk.ts';

const fresh = temporaryDirectories();

describe('syncDirectory', () => {
  it('syncs a directory', async () => {
    await expect(syncDirectory(fresh())).resolves.toBeUndefined();
  });

  it.each(['EINVAL', 'ENOTSUP'])('accepts a file system that has no such thing (%s)', async (code) => {
    const disk = faultyDisk((call) => (call === 'sync' ? code : null));
    await expect(syncDirectory(fresh(), disk)).resolves.toBeUndefined();
  });

  it('reports an I/O error', async () => {
    const disk = faultyDisk((call) => (call === 'sync' ? 'EIO' : null));
    await expect(syncDirectory(fresh(), disk)).rejects.toThrow('EIO');
  });

  it('reports a missing directory', async () => {
    await expect(syncDirectory(join(fresh(), 'none'))).rejects.toThrow('ENOENT');
  });
});
