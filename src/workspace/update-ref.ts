import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../domain/failure.ts';
import type { Git } from './git.ts';

export type RefUpdate = { ref: string; to: string; from?: string };

/**
 * Sets a ref that only we write. git itself waits for a lock that somebody holds; one that is still there after that was
 * left by a life of ours that was killed, because one daemon does one update at a time. Nobody else's lock is touched.
 */
export async function updateOurRef(git: Git, commonDir: string, { ref, to, from }: RefUpdate): Promise<void> {
  const args = ['update-ref', ref, to, ...(from === undefined ? [] : [from])];
  const first = await git.attempt(args);
  if (first.exitCode === 0) return;
  const lock = join(commonDir, `${ref}.lock`);
  if (!first.stderr.includes(`${lock}': File exists`)) {
    throw new Failure('GIT_FAILED', `git update-ref ${ref} failed: ${first.stderr.trim()}`);
  }
  await rm(lock, { force: true });
  await git.run(args);
}
