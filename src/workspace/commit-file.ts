import type { Git } from './git.ts';

/**
 * Commits one file of a checkout on the branch that is checked out there, and nothing else of it, whatever is staged.
 * Returns what git said when it could not, else null. `git` must have the checkout as its work tree.
 */
export async function commitFile(
  git: Git,
  path: string,
  { message, author }: { message: string; author: { name: string; email: string } },
): Promise<string | null> {
  const env = {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
  };
  // Only a file that git knows can be committed alone.
  const known = await git.attempt(['add', '--intent-to-add', '--', path]);
  if (known.exitCode !== 0) return known.stderr.trim();
  const commit = ['commit', '--quiet', '--only', '--no-verify', '-m', message, '--', path];
  const ran = await git.attempt(commit, { env });
  return ran.exitCode === 0 ? null : `${ran.stderr}${ran.stdout}`.trim();
}
