import { describe, expect, it } from '@jest/globals';
import type { Stamp } from '../../src/files/stamp.ts';
import type { Look } from '../../src/backlog/settle-file.ts';
import { settleFile, showsRename } from '../../src/backlog/settle-file.ts';

const written: Stamp = { dev: 1n, ino: 2n, size: 10n, mtimeNs: 100n, ctimeNs: 100n };

function look(now: number, given: Partial<Look> = {}): Look {
  return { now, quietMs: 2000, arrivedWhole: false, ...given };
}

describe('settleFile', () => {
  it('takes a file written in place when it was quiet for long enough', () => {
    const first = settleFile(undefined, written, look(1000));
    const second = settleFile(first, written, look(2999));
    const third = settleFile(second, written, look(3000));
    expect([first, second, third].map((sight) => sight.settled)).toEqual([false, false, true]);
  });

  it('counts anew with every change', () => {
    const first = settleFile(undefined, written, look(0));
    const grown = settleFile(first, { ...written, size: 20n, mtimeNs: 200n, ctimeNs: 200n }, look(1900));
    expect(grown).toMatchObject({ since: 1900, settled: false });
  });

  it('takes a file that arrived whole at once, and keeps it taken', () => {
    const first = settleFile(undefined, written, look(0, { arrivedWhole: true }));
    expect(first.settled).toBe(true);
    expect(settleFile(first, written, look(1)).settled).toBe(true);
  });

  it('does not keep it taken when it changes afterwards', () => {
    const first = settleFile(undefined, written, look(0, { arrivedWhole: true }));
    expect(settleFile(first, { ...written, mtimeNs: 300n, ctimeNs: 300n }, look(1)).settled).toBe(false);
  });

  it('waits with an empty file even when it arrived whole', () => {
    const empty = { ...written, size: 0n };
    const first = settleFile(undefined, empty, look(0, { arrivedWhole: true }));
    expect(first.settled).toBe(false);
    expect(settleFile(first, empty, look(2000, { arrivedWhole: true })).settled).toBe(true);
  });

  it('needs two looks even without a time of quiet', () => {
    const first = settleFile(undefined, written, look(5, { quietMs: 0 }));
    expect(first.settled).toBe(false);
    expect(settleFile(first, written, look(5, { quietMs: 0 })).settled).toBe(true);
  });

  it('knows a rename by the times of the inode', () => {
    expect(showsRename(written)).toBe(false);
    expect(showsRename({ ...written, ctimeNs: 101n })).toBe(true);
  });
});
