import { describe, expect, it } from '@jest/globals';
import { readRepository } from '../../src/agent/read-repository.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { plainWorkspace } from '../support/coding-bench.ts';

const directory = temporaryDirectories();

describe('readRepository', () => {
  it('knows every file, and the text of those that are text of a usual size', async () => {
    const files = { 'a.txt': 'x', 'blob.bin': '\0', 'large.txt': 'x'.repeat(300_000), '.git/config': 'x' };
    const { directory: root } = await plainWorkspace(directory(), files);
    expect(await readRepository(root, new AbortController().signal)).toEqual([
      { path: 'a.txt', text: 'x' },
      { path: 'blob.bin', text: undefined },
      { path: 'large.txt', text: undefined },
    ]);
  });

  it('stops when it is told to', async () => {
    const { directory: root } = await plainWorkspace(directory(), { 'a.txt': 'x' });
    const reason = new Error('stopped');
    await expect(readRepository(root, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
