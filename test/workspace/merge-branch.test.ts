import { afterEach, describe, expect, it } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mergeBranch } from '../../src/workspace/merge-branch.ts';
import { makeRepository, type TestRepository } from '../support/git-repository.ts';
import { openTestRepository } from '../support/open-test-repository.ts';

const never = new AbortController().signal;
const made: TestRepository[] = [];

afterEach(async () => {
  await Promise.all(made.splice(0).map((repository) => repository.remove()));
});

/** A repository with a branch `ticket/a` that changes `a.txt`, and the checkout back on main. */
async function prepared(remote: 'bare' | 'none') {
  const user = await makeRepository({ files: { 'a.txt': 'one\n', 'b.txt': 'one\n' }, remote });
  made.push(user);
  await user.git('checkout', '-q', '-b', 'ticket/a');
  const head = await user.commit({ 'a.txt': 'two\n', 'new.txt': 'new\n' }, 'the change');
  await user.git('checkout', '-q', 'main');
  const repository = await openTestRepository(user);
  const order = { branch: 'ticket/a', head, base: 'main', message: 'Merge ticket/a\n' };
  const merge = (own: string[] = []) => mergeBranch(repository, order, own, never);
  const file = (name: string) => readFile(join(user.root, name), 'utf8');
  return { user, head, merge, file };
}

describe.each(['bare', 'none'] as const)('mergeBranch, remote: %s', (remote) => {
  it('fast-forwards the base, and a clean checkout of it follows', async () => {
    const { user, head, merge, file } = await prepared(remote);
    expect(await merge()).toEqual({ sha: head });
    expect(await merge()).toEqual({ sha: head });
    expect(await user.git('rev-parse', 'HEAD')).toBe(head);
    expect(await user.git('symbolic-ref', 'HEAD')).toBe('refs/heads/main');
    expect(await file('a.txt')).toBe('two\n');
    expect(await user.git('status', '--porcelain')).toBe('');
    if (remote === 'bare') expect(await user.remoteGit('rev-parse', 'main')).toBe(head);
  });

  it('makes a merge commit when the base has moved', async () => {
    const { user, head, merge, file } = await prepared(remote);
    const moved = await user.commit({ 'b.txt': 'two\n' });
    if (remote === 'bare') await user.git('push', '-q', 'origin', 'main');
    const { sha } = await merge();
    expect(await user.git('log', '-1', '--format=%P %an', sha)).toBe(`${moved} ${head} ticketmill`);
    expect(await user.git('rev-parse', 'main')).toBe(sha);
    expect([await file('a.txt'), await file('b.txt')]).toEqual(['two\n', 'two\n']);
    expect(await user.git('status', '--porcelain')).toBe('');
  });

  it('refuses a conflict by name and changes nothing', async () => {
    const { user, merge } = await prepared(remote);
    await user.commit({ 'a.txt': 'three\n' });
    if (remote === 'bare') await user.git('push', '-q', 'origin', 'main');
    const before = await user.fingerprint();
    await expect(merge()).rejects.toMatchObject({
      code: 'MERGE_REFUSED',
      message: expect.stringContaining('a.txt'),
    });
    expect(await user.fingerprint()).toEqual(before);
  });

  it('moves the base also when another branch is checked out', async () => {
    const { user, head, merge, file } = await prepared(remote);
    await user.git('checkout', '-q', '-b', 'elsewhere');
    await writeFile(join(user.root, 'b.txt'), 'my own work\n');
    await merge();
    expect(await user.git('rev-parse', 'main')).toBe(head);
    expect(await file('b.txt')).toBe('my own work\n');
    expect(await file('a.txt')).toBe('one\n');
  });
});

describe('a dirty checkout', () => {
  it('is never touched: without a remote the merge is refused, naming the files', async () => {
    const { user, merge } = await prepared('none');
    await writeFile(join(user.root, 'b.txt'), 'my own work\n');
    const before = await user.fingerprint();
    await expect(merge()).rejects.toMatchObject({
      code: 'MERGE_REFUSED',
      message: expect.stringContaining('b.txt'),
    });
    expect(await user.fingerprint()).toEqual(before);
  });

  it('is never touched: with a remote only the remote’s branch moves', async () => {
    const { user, head, merge, file } = await prepared('bare');
    await writeFile(join(user.root, 'b.txt'), 'my own work\n');
    const before = await user.git('rev-parse', 'main');
    expect(await merge()).toEqual({ sha: head });
    expect(await user.remoteGit('rev-parse', 'main')).toBe(head);
    expect(await user.git('rev-parse', 'main')).toBe(before);
    expect(await file('b.txt')).toBe('my own work\n');
  });

  it('refuses an untracked file in the way, and lets our own folders be', async () => {
    const { user, head, merge } = await prepared('none');
    await writeFile(join(user.root, 'new.txt'), 'mine\n');
    await expect(merge()).rejects.toMatchObject({
      code: 'MERGE_REFUSED',
      message: expect.stringContaining('new.txt'),
    });
    await user.git('clean', '-fdq');
    await writeFile(join(user.root, 'b.txt'), 'moved by us\n');
    expect(await merge(['b.txt'])).toEqual({ sha: head });
    expect(await user.git('status', '--porcelain')).toBe(' M b.txt');
  });
});
