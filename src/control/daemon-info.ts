import { readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeAtomic } from '../files/write-atomic.ts';

/** Who runs here. Information only: the lock alone says whether somebody does. */
export type DaemonInfo = {
  pid: number;
  version: string;
  startedAt: string;
  url: string | null;
};

const schema = z.object({
  pid: z.number().int(),
  version: z.string(),
  startedAt: z.string(),
  url: z.string().nullable(),
}) satisfies z.ZodType<DaemonInfo>;

export async function writeDaemonInfo(stateDirectory: string, info: DaemonInfo): Promise<void> {
  await writeAtomic(fileIn(stateDirectory), `${JSON.stringify(info, null, 2)}\n`, { mode: 0o600 });
}

/** Null when there is none that can be read. */
export async function readDaemonInfo(stateDirectory: string): Promise<DaemonInfo | null> {
  try {
    return schema.parse(JSON.parse(await readFile(fileIn(stateDirectory), 'utf8')));
  } catch {
    return null;
  }
}

export async function removeDaemonInfo(stateDirectory: string): Promise<void> {
  await unlink(fileIn(stateDirectory)).catch(() => undefined);
}

function fileIn(stateDirectory: string): string {
  return join(stateDirectory, 'daemon.json');
}
