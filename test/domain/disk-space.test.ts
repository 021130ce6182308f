import { describe, expect, it } from '@jest/globals';
import { judgeSpace } from '../../src/domain/disk-space.ts';

const megabyte = 1024 * 1024;
const gigabyte = 1024 * megabyte;
const files = { freeFiles: 1_000_000, allFiles: 2_000_000 };

describe('the room that is left on a disk', () => {
  it.each([
    ['a small one keeps 200 MB', 1 * gigabyte, 200 * megabyte],
    ['a larger one five percent', 20 * gigabyte, 1 * gigabyte],
    ['a large one never more than two gigabytes', 2000 * gigabyte, 2 * gigabyte],
  ])('is enough down to a limit: %s', (_what, all, limit) => {
    expect(judgeSpace('/data', { ...files, all, free: limit })).toBeNull();
    expect(judgeSpace('/data', { ...files, all, free: limit - 1 })).toMatchObject({
      code: 'DISK_FULL',
      isInfrastructure: true,
    });
  });

  it('is told in the same words while it shrinks', () => {
    const said = [199, 100, 0].map(
      (free) => judgeSpace('/data', { ...files, all: gigabyte, free: free * megabyte })?.message,
    );
    expect(new Set(said)).toEqual(new Set(['/data has less than 200 MB of free space.']));
  });

  it('counts files too, where the file system does', () => {
    const space = { all: gigabyte, free: gigabyte };
    expect(judgeSpace('/data', { ...space, freeFiles: 999, allFiles: 5000 })?.message).toBe(
      '/data has room for fewer than 1000 more files.',
    );
    expect(judgeSpace('/data', { ...space, freeFiles: 1000, allFiles: 5000 })).toBeNull();
    expect(judgeSpace('/data', { ...space, freeFiles: 0, allFiles: 0 })).toBeNull();
  });
});
