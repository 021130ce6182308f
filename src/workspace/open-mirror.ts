import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createGit } from './git.ts';
import { makePrivateGitDir } from './private-git-dir.ts';

/**
 * A repository of our own with a remote and nothing else: what a ticket begins with is fetched when it begins. Opened
 * again it keeps what it has; its settings are written anew, so that another address counts.
 */
export async function openMirror(directory: string, url: string): Promise<string> {
  const gitDir = await makePrivateGitDir(join(directory, '.git'));
  await appendFile(join(gitDir, 'config'), `[remote "${mirrorRemote}"]\n\turl = ${quoted(url)}\n`);
  return directory;
}

/** As git reads a value: an address, whoever sent it, must not bring settings along. */
function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}

export const mirrorRemote = 'origin';

/**
 * Lets git remove what no ref in the mirror itself leads to, once it is much and old. Only for a mirror whose changes
 * have gone elsewhere, at a moment at which nobody works with it.
 */
export async function tidyMirror(
  directory: string,
  { path, home }: { path: string; home: string },
): Promise<void> {
  await createGit({ gitDir: join(directory, '.git') }, { path, home }).run(['gc', '--quiet', '--auto']);
}
