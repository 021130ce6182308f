import { describe, expect, it } from '@jest/globals';
import { findExisting, findFolder, findWritable } from '../../src/agent/find-path.ts';

const files = ['src/main.ts', 'src/a/util.ts', 'src/b/util.ts', 'README.md'];
const root = '/tmp/worktree';

describe('findExisting', () => {
  it.each([
    ['src/main.ts', 'src/main.ts'],
    ['./src/main.ts', 'src/main.ts'],
    ['main.ts', 'src/main.ts'],
    ['repo/src/main.ts', 'src/main.ts'],
    ['/tmp/worktree/README.md', 'README.md'],
    [' README.md ', 'README.md'],
  ])('%s means %s', (given, path) => {
    expect(findExisting(given, files, root)).toEqual({ ok: true, path });
  });

  it.each([
    ['src/mian.ts', 'Did you mean src/main.ts'],
    ['util.ts', 'Did you mean src/a/util.ts or src/b/util.ts'],
    ['zzz', 'Use list'],
    ['/etc/passwd', 'absolute'],
    ['/tmp/worktree-2/README.md', 'absolute'],
    ['../x', 'out of its folder'],
    ['.git/config', '.git'],
  ])('says of %s: %s', (given, words) => {
    expect(findExisting(given, files, root)).toMatchObject({
      ok: false,
      problem: expect.stringContaining(words),
    });
  });
});

describe('findWritable', () => {
  it('takes a new path as it is given, and none that leads elsewhere', () => {
    expect(findWritable('main.ts', root)).toEqual({ ok: true, path: 'main.ts' });
    expect(findWritable('/tmp/worktree/new/a.ts', root)).toEqual({ ok: true, path: 'new/a.ts' });
    expect(findWritable('a/../../b', root)).toMatchObject({ ok: false });
  });
});

describe('findFolder', () => {
  it.each(['.', './', '', '/', '/tmp/worktree', '/tmp/worktree/'])('%j is the root', (given) => {
    expect(findFolder(given, root)).toEqual({ ok: true, path: '' });
  });

  it('knows folders with and without a slash at their end', () => {
    expect(findFolder('src/a/', root)).toEqual({ ok: true, path: 'src/a' });
    expect(findFolder('..', root)).toMatchObject({ ok: false });
  });
});
