import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CapturedTree } from '../domain/change.ts';
import { Failure } from '../domain/failure.ts';
import { compareTrees } from './capture-tree.ts';
import { ownRefs } from './private-git-dir.ts';
import { hasCommit, readCommit } from './read-commit.ts';
import type { OpenedRepository } from './repository.ts';

/** A tree on its way between two repositories: a git bundle of one commit on `base` that holds what `base` lacks. */
export type Parcel = { bytes: Buffer; commit: string; base: string; tree: string };

type Place = Pick<OpenedRepository, 'own' | 'writeCommit' | 'turns'>;

/** Bytes of a bundle that one message may have. */
const largest = 64 * 1024 * 1024;

export async function packTree(
  { own, writeCommit, turns }: Place,
  { base, tree, directory }: { base: string; tree: string; directory: string },
  signal: AbortSignal,
): Promise<Parcel> {
  const commit = await writeCommit({ tree, parents: [base], message: 'parcel', unsigned: true });
  const ref = `${ownRefs}/parcel/${commit}`;
  return inScratch(directory, async (file) => {
    // Two tickets may come to the same commit, and so to the same ref.
    await turns(async () => {
      await own.run(['update-ref', ref, commit]);
      await own
        .run(['bundle', 'create', '--quiet', file, ref, `^${base}`], {}, signal)
        .finally(() => forget(own, ref));
    });
    const bytes = await readFile(file);
    if (bytes.length > largest)
      throw new Failure(
        'GUARD_TOO_LARGE',
        `The change is ${bytes.length} bytes packed; ${largest} can be sent.`,
      );
    return { bytes, commit, base, tree };
  });
}

/**
 * Takes a parcel into a repository that has its base, and tells what is in it by its objects alone. Throws
 * `PARCEL_REFUSED` for one that is not what its note says, or that git's own checks refuse.
 */
export async function unpackTree(
  { own, turns }: Omit<Place, 'writeCommit'>,
  { parcel, head, directory }: { parcel: Parcel; head: string; directory: string },
  signal: AbortSignal,
): Promise<CapturedTree> {
  const { base, tree, commit } = parcel;
  if (!(await hasCommit(own, base)) || !(await isAncestor(own, base, head)))
    throw refused(`its base ${base} is no commit of the branch that it is for`);
  const ref = `${ownRefs}/received/${commit}`;
  await inScratch(directory, async (file) => {
    await writeFile(file, parcel.bytes, { mode: 0o600 });
    const flags = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
    const refspec = `${ownRefs}/parcel/${commit}:${ref}`;
    const args = ['-c', 'fetch.fsckObjects=true', 'fetch', ...flags, '--', file, refspec];
    await turns(async () => {
      const ran = await own.attempt(args, { env: { GIT_ALLOW_PROTOCOL: 'file' } }, signal);
      if (ran.exitCode !== 0) throw refused(ran.stderr.trim());
      await forget(own, ref);
    });
  });
  const found = await readCommit(own, commit);
  if (found.tree !== tree || found.parents.join() !== base)
    throw refused(`it holds tree ${found.tree} on ${found.parents.join()}, not ${tree} on ${base}`);
  return compareTrees(own, { base, tree }, signal);
}

/** Objects stay for weeks without a ref; what is made of them is committed in seconds. */
async function forget(own: Place['own'], ref: string): Promise<void> {
  await own.run(['update-ref', '-d', ref]);
}

async function isAncestor(own: OpenedRepository['own'], base: string, head: string): Promise<boolean> {
  return (await own.attempt(['merge-base', '--is-ancestor', base, head])).exitCode === 0;
}

function refused(reason: string): Failure {
  return new Failure('PARCEL_REFUSED', `What a worker made is refused: ${reason}.`);
}

async function inScratch<T>(directory: string, act: (file: string) => Promise<T>): Promise<T> {
  const scratch = await mkdtemp(join(directory, 'parcel-'));
  try {
    return await act(join(scratch, 'change.bundle'));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
