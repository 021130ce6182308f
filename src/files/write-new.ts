import { randomBytes } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { move } from './move.ts';
import { lookAt } from './stamp.ts';
import { temporarySuffix, writeAtomic } from './write-atomic.ts';

/** Writes a whole new file or nothing, durable when it returns, never over another; false when the name is taken. */
export async function writeNew(path: string, content: string | Uint8Array): Promise<boolean> {
  if ((await lookAt(path)) !== null) return false;
  const start = basename(path).replace(/^\.+/, '').slice(0, 40);
  const staged = join(dirname(path), `.${start}.${randomBytes(6).toString('hex')}${temporarySuffix}`);
  await writeAtomic(staged, content);
  const moved = await move(staged, path);
  if (moved === 'occupied') await unlink(staged);
  return moved === 'moved';
}
