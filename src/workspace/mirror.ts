import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createGit } from './git.ts';

/**
 * A repository without a checkout that knows nothing but where it is fetched from, at `directory`; made where there is
 * none. What nobody needs any more is tidied away: this is the moment at which nobody works with it.
 */
export async function openMirror(
  directory: string,
  { url, path, home }: { url: string; path: string; home: string },
): Promise<void> {
  const gitDir = join(directory, '.git');
  const isThere = await stat(join(gitDir, 'HEAD')).then(
    () => true,
    () => false,
  );
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await mkdir(home, { recursive: true, mode: 0o700 });
  if (isThere) {
    await createGit({ gitDir }, { path, home }).run(['gc', '--quiet', '--auto']);
    return;
  }
  await mkdir(gitDir, { recursive: true, mode: 0o700 });
  const git = createGit({ gitDir }, { path, home });
  await git.run(['init', '--quiet', '--template=', '--initial-branch=none']);
  await git.run(['config', 'remote.origin.url', url]);
}
