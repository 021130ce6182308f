import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readDiff } from '../../src/domain/read-diff.ts';
import type { LocalDiffOrder } from '../../src/workspace/local-diff.ts';
import { readLocalDiff } from '../../src/workspace/local-diff.ts';
import { makeRepository, type TestRepository } from '../support/git-repository.ts';

const signal = new AbortController().signal;
let user: TestRepository;

beforeEach(async () => {
  user = await makeRepository({ files: { 'a.txt': 'one\n', 'b.txt': 'two\n', '.gitignore': 'ignored/\n' } });
});
afterEach(() => user.remove());

const look = (order: Partial<LocalDiffOrder> = {}) =>
  readLocalDiff(
    {
      directory: user.root,
      base: null,
      staged: false,
      baseBranch: null,
      remote: 'origin',
      indexFile: null,
      path: process.env['PATH'] ?? '',
      ...order,
    },
    signal,
  );
const pathsOf = ({ diff }: { diff: string }) => readDiff(diff).map(({ path }) => path);

describe('the working tree', () => {
  it('is compared with where it left its base: commits, changes, new and deleted files', async () => {
    const base = await user.git('rev-parse', 'HEAD');
    await user.git('checkout', '-q', '-b', 'topic');
    await user.commit({ 'committed.txt': 'x\n' });
    await user.write({ 'a.txt': 'changed\n', 'new dir/ünew.txt': 'y\n', 'ignored/z.txt': 'z\n' });
    await rm(join(user.root, 'b.txt'));
    const before = await user.fingerprint();
    const found = await look({ directory: join(user.root, 'new dir') });
    expect(found).toMatchObject({ base: 'origin/main', baseSha: base });
    expect(pathsOf(found)).toEqual(['a.txt', 'b.txt', 'committed.txt', 'new dir/ünew.txt']);
    expect(await user.fingerprint()).toEqual(before);
    await expect(user.git('cat-file', '-e', found.tree)).rejects.toThrow();
  });

  it('without changes is an empty diff', async () => {
    expect((await look()).diff).toBe('');
  });

  it('is compared with any commit that is named', async () => {
    const first = await user.git('rev-parse', 'HEAD');
    await user.commit({ 'a.txt': 'more\n' });
    expect(pathsOf(await look({ base: 'HEAD' }))).toEqual([]);
    expect(pathsOf(await look({ base: 'HEAD~1' }))).toEqual(['a.txt']);
    expect(pathsOf(await look({ base: first.slice(0, 10) }))).toEqual(['a.txt']);
  });

  it('leaves out repositories inside it', async () => {
    await mkdir(join(user.root, 'inner'));
    await user.git('init', '-q', 'inner');
    await user.write({ 'inner/x.txt': 'x', 'c.txt': 'c\n' });
    expect(pathsOf(await look())).toEqual(['c.txt']);
  });
});

describe('what is staged', () => {
  it('is compared with HEAD, whatever lies in the working tree', async () => {
    await user.write({ 'a.txt': 'staged\n' });
    await user.git('add', 'a.txt');
    await user.write({ 'a.txt': 'later\n', 'c.txt': 'c\n' });
    const found = await look({ staged: true });
    expect(found.base).toBe('HEAD');
    expect(pathsOf(found)).toEqual(['a.txt']);
    expect(found.diff).toContain('+staged');
  });

  it('is what git tells its hooks it will commit', async () => {
    const record = join(user.home, 'index-file');
    await writeFile(join(user.root, '.git/hooks/pre-commit'), `#!/bin/sh\ncp "$GIT_INDEX_FILE" ${record}\n`, {
      mode: 0o755,
    });
    await user.write({ 'a.txt': 'all\n' });
    await user.git('commit', '-qam', 'all');
    await user.git('reset', '-q', '--soft', 'HEAD~1');
    await user.git('reset', '-q');
    expect(pathsOf(await look({ staged: true }))).toEqual([]);
    expect(pathsOf(await look({ staged: true, indexFile: record }))).toEqual(['a.txt']);
  });

  it('is everything before the first commit', async () => {
    await user.git('checkout', '-q', '--orphan', 'fresh');
    expect(pathsOf(await look({ staged: true }))).toEqual(['.gitignore', 'a.txt', 'b.txt']);
    expect(pathsOf(await look())).toEqual(['.gitignore', 'a.txt', 'b.txt']);
    await user.git('rm', '-q', '-r', '--cached', '.');
    await rm(join(user.root, '.git/index'));
    expect((await look({ staged: true })).diff).toBe('');
  });
});

describe('the base branch', () => {
  it.each<[string, (repository: TestRepository) => Promise<unknown>, Partial<LocalDiffOrder>, string]>([
    ['what the remote calls HEAD', (r) => r.git('remote', 'set-head', 'origin', 'main'), {}, 'origin/main'],
    ['the configured one', (r) => r.git('branch', 'release'), { baseBranch: 'release' }, 'release'],
    ['a local one without a remote', (r) => r.git('remote', 'remove', 'origin'), {}, 'main'],
    [
      'HEAD where there is none',
      async (r) => {
        await r.git('remote', 'remove', 'origin');
        await r.git('branch', '-m', 'odd');
      },
      {},
      'HEAD',
    ],
  ])('is %s', async (_what, prepare, order, base) => {
    await prepare(user);
    expect((await look(order)).base).toBe(base);
  });

  it.each(['nowhere', '--output=/tmp/x', '', 'HEAD^{tree}', '-x'])('is none: %j', async (base) => {
    await expect(look({ base })).rejects.toMatchObject({ code: 'GIT_BASE_MISSING' });
  });

  it('that has nothing in common with HEAD is named, with what to do', async () => {
    await user.git('checkout', '-q', '--orphan', 'island');
    await user.commit({ 'x.txt': 'x\n' });
    await expect(look()).rejects.toThrow(/no common commit; a shallow clone/);
  });
});

describe('what is no text', () => {
  const noise = Buffer.from([0, 1, 2, 255, 254, 0, 10, 13]);

  it('is named alone where it is a picture, and shown where it could run', async () => {
    await user.write({
      'logo.png': noise,
      'odd"\nname.jpg': noise,
      'run.js': Buffer.from('evil()\0\n'),
      'text.png': 'x\n',
    });
    const { diff } = await look();
    const files = readDiff(diff);
    expect(files.map(({ path, binary }) => [path, binary])).toEqual([
      ['run.js', false],
      ['text.png', false],
      ['logo.png', true],
      ['odd"\nname.jpg', true],
    ]);
    expect(diff).toContain('+evil()');
  });
});

describe('a hostile repository', () => {
  it('hides nothing and starts nothing', async () => {
    const canary = join(user.home, 'pwned');
    const script = join(user.home, 'evil.sh');
    await writeFile(script, `#!/bin/sh\ntouch ${canary}\ncat\n`, { mode: 0o755 });
    for (const [key, value] of [
      ['core.fsmonitor', script],
      ['core.pager', script],
      ['diff.external', script],
      ['diff.x.textconv', script],
      ['diff.x.command', script],
      ['filter.x.clean', script],
      ['filter.x.smudge', script],
      ['filter.x.process', script],
      ['core.hooksPath', user.home],
    ] as const)
      await user.git('config', key, value);
    await user.write({
      '.gitattributes': '* -diff diff=x filter=x linguist-generated\n',
      'a.txt': 'evil\0payload\n',
    });
    const { diff } = await look();
    expect(diff).toContain('payload');
    expect(pathsOf({ diff })).toEqual(['.gitattributes', 'a.txt']);
    expect(existsSync(canary)).toBe(false);
  });

  it('outside of which there is none says so', async () => {
    await expect(look({ directory: user.home })).rejects.toMatchObject({ code: 'NO_REPOSITORY' });
  });
});
