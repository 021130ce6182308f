import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../src/domain/failure.ts';
import type { PullRequestDraft } from '../../src/domain/forge.ts';
import { openLocalForge } from '../../src/forge/local.ts';

let home: string;
let directory: string;
let merged: object[];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ticketmill-forge-'));
  directory = join(home, 'pull-requests');
  merged = [];
});
afterEach(() => rm(home, { recursive: true }));

const forge = (mergeBranch = (order: object) => Promise.resolve({ sha: `m${merged.push(order)}` })) => {
  let seconds = 0;
  return openLocalForge({
    directory,
    mergeBranch,
    now: () => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds++)),
  });
};
const draft = (branch: string, changes: Partial<PullRequestDraft> = {}): PullRequestDraft => ({
  branch,
  base: 'main',
  head: 'a'.repeat(40),
  title: `Title of ${branch}`,
  body: 'Body',
  draft: false,
  summary: 'checked',
  findings: [{ severity: 'LOW', category: 'style', file: 'a.ts', line: 1, message: 'm' }],
  ...changes,
});
const file = (number: number) => join(directory, `${number}.json`);

describe('a local pull request', () => {
  it('is not found before it is opened', async () => {
    expect(await forge().find('ticket/a')).toBeNull();
    expect(await forge().record(1)).toBeNull();
  });

  it('is read again only for its own branch, however many others there are', async () => {
    const one = forge();
    await one.open(draft('ticket/a'));
    await one.open(draft('ticket/b'));
    expect(await one.find('ticket/a')).toMatchObject({ number: 1 });
    await writeFile(file(2), 'nobody reads this any more');
    expect(await one.find('ticket/a')).toMatchObject({ number: 1 });
    expect(await one.open(draft('ticket/c'))).toMatchObject({ number: 3 });
    await expect(one.find('ticket/b')).rejects.toMatchObject({ code: 'STATE_UNREADABLE' });
  });

  it('is opened, numbered, and found again by another process', async () => {
    const opened = await forge().open(draft('ticket/a'));
    expect(opened).toEqual({
      number: 1,
      url: 'local://pull-request/1',
      state: 'open',
      branch: 'ticket/a',
      base: 'main',
      title: 'Title of ticket/a',
      head: 'a'.repeat(40),
    });
    await forge().open(draft('ticket/b'));
    expect(await forge().find('ticket/a')).toEqual(opened);
    expect(await forge().find('ticket/b')).toMatchObject({ number: 2 });
    expect(await forge().record(1)).toMatchObject({
      body: 'Body',
      findings: draft('x').findings,
      mergeCommit: null,
    });
  });

  it('is opened once, and says the newest when it is opened again', async () => {
    const local = forge();
    await local.open(draft('ticket/a'));
    const again = await local.open(draft('ticket/a', { head: 'b'.repeat(40), title: 'New' }));
    expect(again).toMatchObject({ number: 1, head: 'b'.repeat(40), title: 'New' });
    expect(await readdir(directory)).toEqual(['1.json']);
    const record = await local.record(1);
    expect(record?.updatedAt).not.toBe(record?.createdAt);
  });

  it('never shares its number, however many are opened at once', async () => {
    const local = forge();
    const opened = await Promise.all(
      Array.from({ length: 12 }, (_, at) => local.open(draft(`ticket/${at}`))),
    );
    expect(new Set(opened.map(({ number }) => number)).size).toBe(12);
    expect(await readdir(directory)).toHaveLength(12);
  });

  it('is readable by its owner alone', async () => {
    await forge().open(draft('ticket/a'));
    expect((await stat(file(1))).mode & 0o777).toBe(0o600);
  });

  it('after a closed one of the same branch is a new one, and the newest is found', async () => {
    const local = forge();
    const first = await local.open(draft('ticket/a'));
    expect(await local.close(first)).toMatchObject({ number: 1, state: 'closed' });
    expect(await local.find('ticket/a')).toMatchObject({ number: 1, state: 'closed' });
    await local.open(draft('ticket/a', { head: 'b'.repeat(40) }));
    expect(await local.find('ticket/a')).toMatchObject({ number: 2, state: 'open' });
  });

  it.each(['merge', 'close'] as const)(
    'is not opened again for a change that a person decided: %s',
    async (decide) => {
      const local = forge();
      const decided = await local[decide](await local.open(draft('ticket/a')));
      expect(await local.open(draft('ticket/a'))).toEqual(decided);
      expect(await readdir(directory)).toEqual(['1.json']);
    },
  );

  it('is opened in spite of what a dead process left half done', async () => {
    await forge().open(draft('ticket/a'));
    await writeFile(join(directory, '.opening-2.json'), '{');
    expect(await forge().open(draft('ticket/b'))).toMatchObject({ number: 2 });
    expect((await readdir(directory)).sort()).toEqual(['1.json', '2.json']);
  });
});

describe('merging', () => {
  it('brings the published head into the base, once', async () => {
    const local = forge();
    const opened = await local.open(draft('ticket/a'));
    expect(await local.merge(opened)).toMatchObject({ number: 1, state: 'merged' });
    expect(await local.merge(opened)).toMatchObject({ state: 'merged' });
    expect(merged).toEqual([{ branch: 'ticket/a', head: 'a'.repeat(40), base: 'main' }]);
    expect(await local.record(1)).toMatchObject({ mergeCommit: 'm1' });
    expect(await local.close(opened)).toMatchObject({ state: 'merged' });
  });

  it('that git refuses leaves the pull request open, with the reason passed on', async () => {
    const local = forge(() => Promise.reject(new Failure('MERGE_REFUSED', 'conflict in a.ts')));
    const opened = await local.open(draft('ticket/a'));
    await expect(local.merge(opened)).rejects.toMatchObject({
      code: 'MERGE_REFUSED',
      message: 'conflict in a.ts',
    });
    expect(await local.find('ticket/a')).toMatchObject({ state: 'open' });
  });

  it('of a closed or unknown one is refused', async () => {
    const local = forge();
    const opened = await local.open(draft('ticket/a'));
    await local.close(opened);
    await expect(local.merge(opened)).rejects.toMatchObject({ code: 'MERGE_REFUSED' });
    await expect(local.merge({ ...opened, number: 9 })).rejects.toMatchObject({ code: 'MERGE_REFUSED' });
    await expect(local.close({ ...opened, number: 9 })).rejects.toThrow(/no local pull request 9/);
    expect(merged).toEqual([]);
  });
});

describe('a record that cannot be read', () => {
  it.each([
    ['no JSON', '{"version": 1', 'STATE_UNREADABLE'],
    ['a list', '[]', 'STATE_UNREADABLE'],
    ['nothing', '', 'STATE_UNREADABLE'],
    ['a newer version', '{"version": 2}', 'STATE_NEWER'],
    ['a missing field', '{"version": 1, "number": 1}', 'STATE_UNREADABLE'],
  ])('stops everything and is left as it is: %s', async (_what, text, code) => {
    const local = forge();
    await local.open(draft('ticket/a'));
    await writeFile(file(1), text);
    for (const act of [local.find('ticket/b'), local.open(draft('ticket/a')), local.record(1)]) {
      await expect(act).rejects.toMatchObject({ code, message: expect.stringContaining(file(1)) });
    }
    expect(await readFile(file(1), 'utf8')).toBe(text);
  });

  it('may be one under the number of another, a bad finding, or a link', async () => {
    const local = forge();
    await local.open(draft('ticket/a'));
    const text = await readFile(file(1), 'utf8');
    await writeFile(file(2), text);
    await expect(local.record(2)).rejects.toThrow(/says that it is number 1/);
    await writeFile(file(2), text.replace('"LOW"', '"NONE"').replace('"number": 1', '"number": 2'));
    await expect(local.record(2)).rejects.toThrow(/"findings"/);
    await rm(file(2));
    await symlink(file(1), file(2));
    await expect(local.find('x')).rejects.toMatchObject({ code: 'STATE_UNREADABLE' });
  });

  it('is none of the files that are not ours', async () => {
    const local = forge();
    await local.open(draft('ticket/a'));
    await writeFile(join(directory, 'notes.json'), 'mine');
    await writeFile(join(directory, '01.json'), 'mine');
    expect(await local.open(draft('ticket/b'))).toMatchObject({ number: 2 });
  });

  it('may be the place itself', async () => {
    await writeFile(directory, 'a file');
    await expect(forge().find('x')).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});
