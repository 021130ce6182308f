import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where our refs are, away from branches, tags and remotes. */
export const ownRefs = 'refs/ticketmill';

/**
 * A git directory of our own that shares a repository's objects and nothing else: neither its configuration nor its
 * hooks, attributes or index. Whatever somebody plants there, commands on this one do not read it.
 */
export async function makePrivateGitDir(
  directory: string,
  content: { attributes?: string } = {},
): Promise<string> {
  for (const part of ['objects', 'refs', 'info'])
    await mkdir(join(directory, part), { recursive: true, mode: 0o700 });
  await removeLocks(directory);
  await writeFile(join(directory, 'HEAD'), 'ref: refs/heads/none\n');
  await writeFile(join(directory, 'config'), '[core]\n\trepositoryformatversion = 0\n\tsafecrlf = false\n');
  await writeFile(join(directory, 'info/attributes'), content.attributes ?? '');
  return directory;
}

/** Nobody but us writes here, and we only begin to: what is locked was locked by a life that was killed. */
async function removeLocks(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const locks = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.lock'));
  await Promise.all(locks.map(({ parentPath, name }) => rm(join(parentPath, name), { force: true })));
}
