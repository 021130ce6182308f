import type { KnownFile } from './choose-files.ts';
import { listFiles } from '../files/list-files.ts';
import { readEachInside } from '../files/inside.ts';

const limits = { files: 3000, bytes: 24 * 1024 * 1024, file: 256 * 1024 };

/** Every file of a worktree, with the texts as far as a look at them is affordable. */
export async function readRepository(directory: string, signal: AbortSignal): Promise<KnownFile[]> {
  const paths = await listFiles(directory);
  const known: KnownFile[] = [];
  let bytes = 0;
  for await (const { path, read } of readEachInside(directory, paths.slice(0, limits.files), signal)) {
    const text = read.kind === 'text' && read.text.length <= limits.file ? read.text : undefined;
    bytes += text?.length ?? 0;
    known.push({ path, text });
    if (bytes >= limits.bytes) break;
  }
  return [...known, ...paths.slice(known.length).map((path) => ({ path, text: undefined }))];
}
