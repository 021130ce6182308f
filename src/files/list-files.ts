import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

const skipped = new Set(['.git', 'node_modules', '.ticketmill']);

/** Paths of the files below a directory, with forward slashes; links are not followed, at most `limit` are listed. */
export async function listFiles(directory: string, limit = 20_000): Promise<string[]> {
  const files: string[] = [];
  const folders = [directory];
  for (let folder = folders.shift(); folder !== undefined && files.length < limit; folder = folders.shift()) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(folder, entry.name);
      // In a worktree `.git` is a file.
      if (skipped.has(entry.name)) continue;
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) files.push(relative(directory, path).split(sep).join('/'));
    }
  }
  return files.slice(0, limit).sort();
}
