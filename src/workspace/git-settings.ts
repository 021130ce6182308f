import type { Git } from './git.ts';

/** One value of git's configuration; a key may come several times, in the order in which git reads them. */
export type GitSetting = { key: string; value: string };

/** What git is told of remotes, and of the programs that attributes start, asked for in one go. */
export async function readSettings(git: Git, signal?: AbortSignal): Promise<GitSetting[]> {
  const wanted = '^((remote|url)\\.|(filter|diff)\\..*\\.)';
  const { stdout } = await git.attempt(['config', '-z', '--get-regexp', wanted], {}, signal);
  return stdout.split('\0').map(readSetting);
}

/** A line of `git config -z`: the key, and the value after it. */
function readSetting(line: string): GitSetting {
  const [key = '', ...value] = line.split('\n');
  return { key, value: value.join('\n').trim() };
}
