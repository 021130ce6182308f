import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { move } from './move.ts';
import { writeAtomic } from './write-atomic.ts';

export type Quarantine = { directory: string; now: () => Date };

/** Puts a file that makes no sense aside, with the reason beside it: nothing is thrown away. Null when it was gone. */
export async function quarantine(path: string, why: string, into: Quarantine): Promise<string | null> {
  await mkdir(into.directory, { recursive: true, mode: 0o700 });
  const time = into.now().toISOString();
  const wanted = join(into.directory, `${time.replaceAll(':', '-')}-${basename(path)}`);
  for (let number = 1; ; number += 1) {
    const target = number === 1 ? wanted : `${wanted}-${number}`;
    const moved = await move(path, target);
    if (moved === 'gone') return null;
    if (moved === 'occupied') continue;
    await writeAtomic(`${target}.why.json`, `${JSON.stringify({ from: path, time, why }, null, 2)}\n`);
    return target;
  }
}
