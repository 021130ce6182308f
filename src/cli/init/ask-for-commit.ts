import { commitSetUp } from '../../app/set-up/commit-set-up.ts';
import type { Prepared } from '../../app/set-up/prepare-root.ts';
import { forLine } from '../../domain/untrusted.ts';
import type { Questions } from '../questions.ts';
import type { Session } from '../session.ts';

/** What is committed is known to every worktree, and stands in no merge's way. */
export async function askForCommit(
  { output, env, signal }: Session,
  { root, files }: { root: string; files: readonly Prepared[] },
  questions: Questions,
): Promise<void> {
  const paths = files
    .filter(({ path, outcome }) => path !== '.env' && outcome !== 'kept')
    .map(({ path }) => path);
  if (paths.length === 0) return;
  if (!(await questions.confirm(`Commit these ${paths.length} files?`, true))) return;
  const refused = await commitSetUp({ root, env, paths }, signal);
  if (refused === null) output.say('Committed: Set up ticketmill');
  else output.warn(`git did not commit: ${forLine(refused, 500)}`);
}
