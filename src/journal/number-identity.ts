import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { errorCode } from '../files/disk.ts';
import type { Quarantine } from '../files/quarantine.ts';
import { quarantine } from '../files/quarantine.ts';
import { writeAtomic } from '../files/write-atomic.ts';

/** Numbers tickets that tell no creation date, so that an id used again is another ticket. */
export type Numbering = {
  /** The number of this file under this id, as `#2`: the one it has, else the next, on disk before it is told. */
  take(id: string, file: string): Promise<string>;
  /** Frees the file's name for the next ticket; numbers are never given twice. */
  release(id: string, created: string): Promise<void>;
};

type Numbers = z.infer<typeof schema>;

const schema = z.object({
  version: z.literal(1),
  /** For whoever reads the file; its name is a hash. */
  id: z.string(),
  /** The highest number given so far. */
  last: z.number().int().nonnegative(),
  /** Tickets still in work, by number. */
  live: z.array(z.object({ number: z.number().int().positive(), file: z.string() })),
});

/** `nameOf` turns a normalised id into the base name of its counter. */
export function openNumbering(
  directory: string,
  nameOf: (id: string) => string,
  corrupt: Quarantine,
): Numbering {
  const pathOf = (id: string): string => join(directory, `${nameOf(id)}.json`);

  async function save(path: string, numbers: Numbers): Promise<void> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeAtomic(path, `${JSON.stringify(numbers)}\n`, { mode: 0o600 });
  }

  return {
    async take(id, file) {
      const path = pathOf(id);
      const numbers = (await load(path, corrupt)) ?? { version: 1, id, last: 0, live: [] };
      const known = numbers.live.find((ticket) => ticket.file === file);
      if (known !== undefined) return `#${known.number}`;
      const number = numbers.last + 1;
      await save(path, { ...numbers, last: number, live: [...numbers.live, { number, file }] });
      return `#${number}`;
    },
    async release(id, created) {
      const path = pathOf(id);
      const numbers = await load(path, corrupt);
      const live = numbers?.live.filter((ticket) => `#${ticket.number}` !== created) ?? [];
      if (numbers === null || live.length === numbers.live.length) return;
      await save(path, { ...numbers, live });
    },
  };
}

async function load(path: string, corrupt: Quarantine): Promise<Numbers | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    await quarantine(path, `it does not tell the numbers of an id: ${(error as Error).message}`, corrupt);
    return null;
  }
}
