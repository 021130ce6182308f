import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { locate, takeLock } from '../../src/app/take-lock.ts';
import { loadWritten } from '../support/config-root.ts';
import { temporaryDirectories } from '../support/directory.ts';

const directory = temporaryDirectories();
const env = { HOME: '/home/somebody' };

describe('the lock of an installation', () => {
  it('is taken by one, is free again with the end of that one, and says who has it', async () => {
    const root = directory();
    const loaded = loadWritten(root, {});
    await using first = new AsyncDisposableStack();
    const { paths } = await takeLock(loaded, env, first);
    expect(paths.root).toBe(root);
    await using second = new AsyncDisposableStack();
    await expect(takeLock(loaded, env, second)).rejects.toMatchObject({
      code: 'ALREADY_RUNNING',
      exitCode: 3,
      message: expect.stringContaining(`is at work on ${root}.`),
    });
    await first.disposeAsync();
    expect((await takeLock(loaded, env, second)).lock.kind).toBe('acquired');
  });

  it('lies where nobody else looks and git does not', async () => {
    const root = directory();
    const { paths, address } = await locate(loadWritten(root, {}), env);
    expect(statSync(paths.state).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(paths.state, '.gitignore'), 'utf8')).toBe('*\n');
    expect((await locate(loadWritten(root, {}), env)).address).toEqual(address);
    expect((await locate(loadWritten(directory(), {}), env)).address).not.toEqual(address);
  });
});
