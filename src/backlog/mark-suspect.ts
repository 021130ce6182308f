import { closeSync, constants, mkdirSync, openSync, unlinkSync, writeSync } from 'node:fs';
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
  /** Of the markers: one for what is being parsed, and one a file for what is remembered, named by its inode. */
  directory: string;
  corrupt: Quarantine;
  /** Told of each file that is put aside. */
  warn: (message: string) => void;
};

/** One death may have come from outside in this very moment; two in the same file are its doing. */
const mostDeaths = 2;

const fileSchema = z.object({ path: z.string(), dev: z.string(), ino: z.string() });
type File = z.infer<typeof fileSchema>;

/** `deaths`: lives that ended while this file was being parsed. It is remembered until it has been parsed. */
const rememberedSchema = fileSchema.extend({ deaths: z.number().int().nonnegative() });

/** Beside the remembered ones: names the file that is being parsed; its first line is empty while none is. */
const parsingName = 'parsing.json';

export function openSuspects({ directory, corrupt, warn }: SuspectOptions): Suspects {
  const known = new Map<string, number>();
  const write = writeOver(join(directory, parsingName));

  /** The death is counted after its marker is gone: counted twice it would condemn the file. */
  async function countDeath(): Promise<void> {
    const parsing = join(directory, parsingName);
    const file = await readMarker(parsing, fileSchema);
    await removeMarker(parsing);
    if (file === null) return;
    const marker = join(directory, nameOf(file));
    const { deaths = 0 } = (await readMarker(marker, rememberedSchema)) ?? {};
    await writeAtomic(marker, JSON.stringify({ ...file, deaths: deaths + 1 }));
  }

  async function judgeRemembered(name: string): Promise<void> {
    const file = join(directory, name);
    const marker = await readMarker(file, rememberedSchema);
    if (marker === null || !(await isStillThere(marker))) return removeMarker(file);
    const { path, deaths } = marker;
    if (deaths < mostDeaths) return void known.set(name, deaths);
    const why = `the process died ${deaths} times while this file was being parsed`;
    const place = await quarantine(path, why, corrupt);
    warn(`${path} is put aside as ${place ?? 'gone'}: ${why}.`);
    return removeMarker(file);
  }

  return {
    during(path, { dev, ino }, parse) {
      const file: File = { path, dev: String(dev), ino: String(ino) };
      // Not synced: it must outlive the process, not the machine. Synchronous, so that no other file is suspected.
      tryTo(() => write(`${JSON.stringify(file)}\n`));
      const result = parse();
      tryTo(() => write('\n'));
      const name = nameOf(file);
      if (known.delete(name)) tryTo(() => unlinkSync(join(directory, name)));
      return result;
    },
    async judge() {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      await countDeath();
      for (const name of await readdir(directory)) await judgeRemembered(name);
    },
  };
}

function nameOf({ dev, ino }: File): string {
  return `${dev}-${ino}.json`;
}

/**
 * Writes over the beginning of a file that stays open for as long as one thing is written after the other: thousands of
 * tickets are parsed in a row, and a new file for each would cost more than the parsing.
 */
function writeOver(path: string): (text: string) => void {
  let fd: number | null = null;
  return (text) => {
    if (fd === null) {
      const opened = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
      fd = opened;
      setImmediate(() => {
        fd = null;
        closeSync(opened);
      });
    }
    writeSync(fd, text, 0);
  };
}

/** A full disk is no reason not to read. */
function tryTo(act: () => void): void {
  try {
    act();
  } catch {
    // The file is parsed unmarked.
  }
}

/** Null for what is no marker, or one that was not written to its end. */
async function readMarker<Marker>(file: string, schema: z.ZodType<Marker>): Promise<Marker | null> {
  try {
    const [line = ''] = (await readFile(file, 'utf8')).split('\n');
    return schema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/** Whoever replaced or moved the file since made it another one. */
async function isStillThere({ path, dev, ino }: File): Promise<boolean> {
  const stats = await lookAt(path);
  return stats !== null && String(stats.dev) === dev && String(stats.ino) === ino;
}

async function removeMarker(file: string): Promise<void> {
  await unlink(file).catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw error;
  });
}
