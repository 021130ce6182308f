import { createHash } from 'node:crypto';
import { realpathSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isWithin, resolvePaths, rootKey } from '../../src/config/paths.ts';
import { configSchema } from '../../src/config/schema.ts';
import { temporaryDirectories } from '../support/directory.ts';

const directory = temporaryDirectories();

describe('resolvePaths', () => {
  it('starts relative paths at the root', () => {
    const root = directory();
    const paths = resolvePaths(configSchema.parse({}), root, { HOME: '/home/somebody' });
    expect(paths).toEqual({
      root,
      folders: {
        todo: join(root, 'backlog/todo'),
        processing: join(root, 'backlog/processing'),
        review: join(root, 'backlog/review'),
        done: join(root, 'backlog/done'),
        failed: join(root, 'backlog/failed'),
      },
      backlogRoot: join(root, 'backlog'),
      logs: join(root, 'logs'),
      state: join(root, '.ticketmill'),
      worktrees: `/home/somebody/.local/state/ticketmill/${rootKey(root)}`,
    });
  });

  it('keeps absolute paths and knows the home folder', () => {
    const config = configSchema.parse({
      folders: { todo: '/in/box/todo', done: '~/done' },
      logging: { directory: '~' },
      worktree: { directory: '../trees' },
    });
    const root = directory();
    const paths = resolvePaths(config, root, { HOME: '/home/somebody' });
    expect(paths.folders.todo).toBe('/in/box/todo');
    expect(paths.backlogRoot).toBe('/in/box');
    expect(paths.folders.done).toBe('/home/somebody/done');
    expect(paths.logs).toBe('/home/somebody');
    expect(paths.worktrees).toBe(join(root, '../trees'));
  });

  it.each([
    [{ XDG_STATE_HOME: '/state', HOME: '/home/x' }, '/state/ticketmill'],
    [{ XDG_STATE_HOME: 'state', HOME: '/home/x' }, '/home/x/.local/state/ticketmill'],
    [{ XDG_STATE_HOME: '', HOME: '' }, join(homedir(), '.local/state/ticketmill')],
  ])('keeps worktrees in the state directory that %j says', (env, expected) => {
    const root = directory();
    expect(resolvePaths(configSchema.parse({}), root, env).worktrees).toBe(join(expected, rootKey(root)));
  });
});

describe('rootKey', () => {
  it('is of the real path, by whatever way the root was reached', () => {
    const root = directory();
    const link = join(directory(), 'link');
    symlinkSync(root, link);
    expect(rootKey(link)).toBe(rootKey(root));
    expect(rootKey(root)).toBe(createHash('sha256').update(realpathSync(root)).digest('hex').slice(0, 12));
    expect(rootKey(directory())).not.toBe(rootKey(root));
  });
});

describe('isWithin', () => {
  it.each([
    ['/a/b', '/a/b', true],
    ['/a/b', '/a/b/c', true],
    ['/a/b', '/a/b/..c', true],
    ['/a/b', '/a', false],
    ['/a/b', '/a/bc', false],
    ['/', '/a', true],
  ])('%s holds %s: %s', (folder, path, expected) => {
    expect(isWithin(folder, path)).toBe(expected);
  });
});
