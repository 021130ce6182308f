import type { KnownFile } from './choose-files.ts';
import { listFiles } from '../files/list-files.ts';
import { readInside } from '../files/inside.ts';

const limits = { files: 3000, bytes: 24 * 1024 * 1024, file: 256 * 1024 };

/** Every file of a worktree, with the texts as far as a look at them is affordable. */
export async function readRepository(directory: string, signal: AbortSignal): Promise<KnownFile[]> {
  const known: KnownFile[] = [];
  let bytes = 0;
  for (const [index, path] of (await listFiles(directory)).entries()) {
    signal.throwIfAborted();
    const affordable = index < limits.files && bytes < limits.bytes;
    const read = affordable ? await readInside(directory, path) : undefined;
    const text = read?.kind === 'text' && read.text.length <= limits.file ? read.text : undefined;
    bytes += text?.length ?? 0;
    known.push({ path, text });
  }
  return known;
}
