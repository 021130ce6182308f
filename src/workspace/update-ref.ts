import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { failed } from './git.ts';
import type { Git } from './git.ts';

export type RefUpdate = { ref: string; to: string; from?: string };

/** Sets a ref that only we write. */
export async function updateOurRef(git: Git, commonDir: string, { ref, to, from }: RefUpdate): Promise<void> {
  await unlocking(git, commonDir, ref, ['update-ref', ref, to, ...(from === undefined ? [] : [from])]);
}

/**
 * Removes a ref that only we write. git would lock all packed refs for it, and killed in that moment leave a lock that
 * nobody could tell from the user's own: where the ref is a file of its own, that file is all there is to remove.
 */
export async function deleteOurRef(git: Git, commonDir: string, ref: string): Promise<void> {
  await rm(join(commonDir, ref), { force: true });
  const { exitCode } = await git.attempt(['show-ref', '--verify', '--quiet', ref]);
  if (exitCode === 0) await unlocking(git, commonDir, ref, ['update-ref', '-d', ref]);
}

/**
 * git itself waits for a lock that somebody holds; one on our own ref that is still there after that was left by a life
 * of ours that was killed, because one daemon does one update of a ref at a time. Nobody else's lock is touched.
 */
async function unlocking(git: Git, commonDir: string, ref: string, args: readonly string[]): Promise<void> {
  const first = await git.attempt(args);
  if (first.exitCode === 0) return;
  const lock = join(commonDir, `${ref}.lock`);
  if (!first.stderr.includes(`${lock}': File exists`)) throw failed(args, first.stderr);
  await rm(lock, { force: true });
  await git.run(args);
}
