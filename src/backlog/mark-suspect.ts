import { mkdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { errorCode } from '../files/disk.ts';
import type { Quarantine } from '../files/quarantine.ts';
import { quarantine } from '../files/quarantine.ts';
import type { Stamp } from '../files/stamp.ts';
import { lookAt } from '../files/stamp.ts';
import { writeAtomic } from '../files/write-atomic.ts';

/** Remembers over the death of the process which file was being parsed, so that no file can end it again and again. */
export type Suspects = {
  /** Parses a file while a marker stands that names it. */
  during: <Result>(path: string, stamp: Pick<Stamp, 'dev' | 'ino'>, parse: () => Result) => Result;
  /** Looks at the markers that the last life left; to be called before anything is parsed. */
  judge(): Promise<void>;
};

export type SuspectOptions = {
  /** One marker a file, named by its inode. */
  directory: string;
  corrupt: Quarantine;
  /** Told of each file that is put aside. */
  warn: (message: string) => void;
};

/** One death may have come from outside in this very moment; two in the same file are its doing. */
const mostDeaths = 2;

const schema = z.object({
  path: z.string(),
  dev: z.string(),
  ino: z.string(),
  /** Lives that ended while this file was being parsed. */
  deaths: z.number().int().nonnegative(),
  /** Whether it is being parsed; else it is only remembered until it has been. */
  parsing: z.boolean(),
});

type Marker = z.infer<typeof schema>;

export function openSuspects({ directory, corrupt, warn }: SuspectOptions): Suspects {
  const known = new Map<string, number>();

  async function judgeMarker(name: string): Promise<void> {
    const file = join(directory, name);
    const marker = await readMarker(file);
    if (marker === null || !(await isStillThere(marker))) return removeMarker(file);
    const deaths = marker.deaths + (marker.parsing ? 1 : 0);
    if (deaths >= mostDeaths) {
      const why = `the process died ${deaths} times while this file was being parsed`;
      const place = await quarantine(marker.path, why, corrupt);
      warn(`${marker.path} is put aside as ${place ?? 'gone'}: ${why}.`);
      return removeMarker(file);
    }
    await writeAtomic(file, JSON.stringify({ ...marker, deaths, parsing: false }));
    known.set(name, deaths);
  }

  return {
    during(path, { dev, ino }, parse) {
      const name = `${dev}-${ino}.json`;
      const file = join(directory, name);
      const deaths = known.get(name) ?? 0;
      const marker: Marker = { path, dev: String(dev), ino: String(ino), deaths, parsing: true };
      // Not synced: it must outlive the process, not the machine. Synchronous, so that no other file is suspected.
      const isMarked = tryTo(() => writeFileSync(file, JSON.stringify(marker), { mode: 0o600 }));
      const result = parse();
      if (isMarked) tryTo(() => unlinkSync(file));
      known.delete(name);
      return result;
    },
    async judge() {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      for (const name of await readdir(directory)) await judgeMarker(name);
    },
  };
}

/** A full disk is no reason not to read. */
function tryTo(act: () => void): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}

/** Null for what is no marker, or one that was not written to its end. */
async function readMarker(file: string): Promise<Marker | null> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}

/** Whoever replaced or moved the file since made it another one. */
async function isStillThere({ path, dev, ino }: Marker): Promise<boolean> {
  const stats = await lookAt(path);
  return stats !== null && String(stats.dev) === dev && String(stats.ino) === ino;
}

async function removeMarker(file: string): Promise<void> {
  await unlink(file).catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw error;
  });
}
