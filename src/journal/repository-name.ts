import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../files/disk.ts';
import { writeAtomic } from '../files/write-atomic.ts';

/**
 * The name that is part of every ticket's key: the first one this installation had. A folder that is moved, or a
 * remote that is added later, must not make known tickets strangers.
 */
export async function rememberRepository(stateDirectory: string, name: string): Promise<string> {
  const file = join(stateDirectory, 'repository');
  const known = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw error;
    return '';
  });
  if (known.trim() !== '') return known.trim();
  await mkdir(stateDirectory, { recursive: true, mode: 0o700 });
  await writeAtomic(file, `${name}\n`, { mode: 0o600 });
  return name;
}
