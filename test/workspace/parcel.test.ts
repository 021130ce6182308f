import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openMirror, tidyMirror } from '../../src/workspace/open-mirror.ts';
import type { Parcel } from '../../src/workspace/parcel.ts';
import { packTree, unpackTree } from '../../src/workspace/parcel.ts';
import type { OpenedRepository } from '../../src/workspace/repository.ts';
import { publicAddress } from '../../src/workspace/remote.ts';
import type { TestRepository } from '../support/git-repository.ts';
import { makeRepository } from '../support/git-repository.ts';
import { openTestRepository } from '../support/open-test-repository.ts';

let test: TestRepository;
let here: OpenedRepository;
let there: OpenedRepository;
let base: string;
const never = new AbortController().signal;

beforeEach(async () => {
  test = await makeRepository({ files: { 'a.txt': 'one\n' } });
  here = await openTestRepository(test);
  const mirror = join(test.home, 'mirror');
  await openMirror(mirror, 'https://git.example.org/moved.git');
  // The second time it is there already, and has moved.
  await openMirror(mirror, test.remote ?? '');
  await tidyMirror(mirror, { path: process.env['PATH'] ?? '', home: test.home });
  const state = join(test.home, 'mirror-state');
  await mkdir(state);
  there = await openTestRepository({ ...test, root: mirror }, { stateDirectory: state });
  base = (await there.base('main', never)).sha;
  await here.base('main', never);
});

afterEach(() => test.remove());

/** A tree with one more file, written in the mirror alone. */
async function treeWith(path: string, text: string): Promise<string> {
  const blob = (await there.own.run(['hash-object', '-w', '--stdin'], { input: text })).trim();
  const listed = await there.own.run(['ls-tree', base]);
  return (
    await there.own.run(['mktree', '--missing'], { input: `${listed}100644 blob ${blob}\t${path}\n` })
  ).trim();
}

function pack(tree: string): Promise<Parcel> {
  return packTree(there, { base, tree, directory: test.home }, never);
}

function unpack(parcel: Parcel, head = base): Promise<unknown> {
  return unpackTree(here, { parcel, head, directory: test.home }, never);
}

describe('a change on its way from one repository to another', () => {
  it('arrives with all its bytes, and is told by them alone', async () => {
    const tree = await treeWith('b.txt', 'two\n');
    const parcel = await pack(tree);

    expect(await unpack(parcel)).toMatchObject({
      tree,
      diff: expect.stringContaining('+two'),
      files: [{ path: 'b.txt', status: 'added' }],
    });
    expect(await here.own.run(['cat-file', 'blob', `${tree}:b.txt`])).toBe('two\n');
    expect(await here.own.run(['for-each-ref', 'refs/ticketmill/received', 'refs/ticketmill/parcel'])).toBe(
      '',
    );
    expect(await there.own.run(['for-each-ref', 'refs/ticketmill/parcel'])).toBe('');
  });

  it('arrives although others with the same bytes are on their way', async () => {
    const tree = await treeWith('b.txt', 'two\n');
    const parcels = await Promise.all([pack(tree), pack(tree), pack(tree)]);
    const arrived = await Promise.all(parcels.map((parcel) => unpack(parcel)));
    expect(arrived).toHaveLength(3);
  });

  it.each<[string, (parcel: Parcel) => Parcel, RegExp]>([
    ['another tree', (parcel) => ({ ...parcel, tree: 'a'.repeat(40) }), /holds tree/],
    ['broken bytes', (parcel) => ({ ...parcel, bytes: parcel.bytes.subarray(0, -30) }), /is refused/],
    ['a base that is nowhere', (parcel) => ({ ...parcel, base: 'b'.repeat(40) }), /no commit of the branch/],
  ])('is refused with %s', async (_, spoil, words) => {
    const parcel = spoil(await pack(await treeWith('b.txt', 'two\n')));
    await expect(unpack(parcel)).rejects.toMatchObject({
      code: 'PARCEL_REFUSED',
      message: expect.stringMatching(words),
    });
  });

  it('is refused when its base is not on the branch', async () => {
    const parcel = await pack(await treeWith('b.txt', 'two\n'));
    const other = await here.writeCommit({ tree: await tree(base), parents: [], message: 'other' });
    await expect(unpack(parcel, other)).rejects.toMatchObject({ code: 'PARCEL_REFUSED' });
  });
});

describe('the address of a repository for other machines', () => {
  it.each([
    ['https://user:word@example.org/a.git', 'https://example.org/a.git'],
    ['git@example.org:a/b.git', 'git@example.org:a/b.git'],
    ['../remote.git', '/srv/remote.git'],
  ])('%s is told as %s', (url, told) => {
    expect(publicAddress(url, '/srv/checkout')).toBe(told);
  });
});

async function tree(commit: string): Promise<string> {
  return (await here.own.run(['rev-parse', `${commit}^{tree}`])).trim();
}
