import { unlink } from 'node:fs/promises';
import { move } from './move.ts';
import { lookAt } from './stamp.ts';
import { temporaryPath, writeAtomic } from './write-atomic.ts';

/** Writes a whole new file or nothing, durable when it returns, never over another; false when the name is taken. */
export async function writeNew(path: string, content: string | Uint8Array): Promise<boolean> {
  if ((await lookAt(path)) !== null) return false;
  const staged = temporaryPath(path);
  await writeAtomic(staged, content);
  const moved = await move(staged, path);
  if (moved === 'occupied') await unlink(staged);
  return moved === 'moved';
}
