import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makePrivateGitDir } from './private-git-dir.ts';

/**
 * A repository of our own with a remote and nothing else: what a ticket begins with is fetched when it begins. Opened
 * again it keeps what it has; its settings are written anew, so that another address counts.
 */
export async function openMirror(directory: string, url: string): Promise<string> {
  const gitDir = await makePrivateGitDir(join(directory, '.git'));
  await appendFile(join(gitDir, 'config'), `[remote "${mirrorRemote}"]\n\turl = "${url}"\n`);
  return directory;
}

export const mirrorRemote = 'origin';
