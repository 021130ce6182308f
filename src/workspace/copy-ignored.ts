import { cp, glob, lstat, mkdir } from 'node:fs/promises';
import { basename, dirname, join, normalize } from 'node:path';

/**
 * Brings files of the checkout that git does not carry into a worktree; returns their paths. Patterns stay below the
 * checkout; `.env` files and links are never copied, and a file that is already there stays.
 */
export async function copyIgnored(from: string, to: string, patterns: readonly string[]): Promise<string[]> {
  const copied: string[] = [];
  for (const pattern of patterns) {
    for await (const match of glob(pattern, { cwd: from })) {
      const path = normalize(match);
      if (path.startsWith('..') || path.startsWith('/') || path.split('/').includes('.git')) continue;
      if (!(await isCopied(join(from, path)))) continue;
      await mkdir(dirname(join(to, path)), { recursive: true });
      await cp(join(from, path), join(to, path), { recursive: true, force: false, filter: isCopied });
      copied.push(path);
    }
  }
  return copied;
}

async function isCopied(path: string): Promise<boolean> {
  if (basename(path).startsWith('.env')) return false;
  const found = await lstat(path).catch(() => null);
  return found !== null && (found.isFile() || found.isDirectory());
}
