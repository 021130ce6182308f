import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { AppliedEdits } from '../../src/agent/apply-edits.ts';
import { applyReply } from '../../src/agent/apply-edits.ts';

export type Files = Record<string, string>;

/** Applies a reply to a fresh directory with these files; gives the outcome and every file that is there afterwards. */
export async function applyTo(
  files: Files,
  reply: string,
  options: { truncated?: boolean } = {},
): Promise<AppliedEdits & { files: Files }> {
  return inDirectory(files, async (directory) => {
    const outcome = await applyReply(reply, { directory, ...options });
    return { ...outcome, files: await readAll(directory) };
  });
}

export async function inDirectory<T>(files: Files, act: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'ticketmill-edit-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), text);
    }
    return await act(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

export async function readAll(directory: string): Promise<Files> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files: Files = {};
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    files[path.slice(directory.length + 1)] = await readFile(path, 'utf8');
  }
  return files;
}

/** A SEARCH/REPLACE block as a model writes it. */
export function block(path: string, search: string, replace: string): string {
  return `${path}\n\`\`\`\n<<<<<<< SEARCH\n${ended(search)}=======\n${ended(replace)}>>>>>>> REPLACE\n\`\`\`\n`;
}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
