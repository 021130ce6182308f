import type { Git } from './git.ts';

export type Commit = { tree: string; parents: string[]; message: string; key: string | null };

/** A commit's parts; `key` is the last `Ticket-Key` trailer, null where there is none. */
export async function readCommit(git: Git, sha: string): Promise<Commit> {
  const text = await git.read('cat-file', 'commit', sha);
  const border = text.indexOf('\n\n');
  const header = text.slice(0, border);
  const message = text.slice(border + 2);
  const parents = [...header.matchAll(/^parent (\w+)$/gm)].map((match) => match[1] ?? '');
  return { tree: /^tree (\w+)$/m.exec(header)?.[1] ?? '', parents, message, key: ticketKey(message) };
}

export function ticketKey(message: string): string | null {
  return [...message.matchAll(/^Ticket-Key: (\S+)$/gm)].at(-1)?.[1] ?? null;
}

export async function refSha(git: Git, ref: string): Promise<string | null> {
  const found = await git.attempt(['rev-parse', '--verify', '-q', `${ref}^{commit}`]);
  return found.exitCode === 0 ? found.stdout.trim() : null;
}

/** `checkedOutAt`: the worktree that has it checked out; empty where none has. */
export type Branch = { sha: string; checkedOutAt: string };

/** The branch of this name; null when there is none. */
export async function readBranch(git: Git, branch: string): Promise<Branch | null> {
  const ref = `refs/heads/${branch}`;
  const format = '--format=%(refname)%00%(objectname)%00%(worktreepath)';
  const listed = await git.run(['for-each-ref', format, ref]);
  // What lies in a folder of that name is listed as well.
  const found = listed.split('\n').find((line) => line.startsWith(`${ref}\0`));
  if (found === undefined) return null;
  const [, sha = '', checkedOutAt = ''] = found.split('\0');
  return { sha, checkedOutAt };
}

export async function hasCommit(git: Git, sha: string): Promise<boolean> {
  return (await git.attempt(['cat-file', '-e', `${sha}^{commit}`])).exitCode === 0;
}
