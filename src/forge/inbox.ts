import { createHash } from 'node:crypto';
import { appendFile, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Signal } from '../domain/signal.ts';
import { errorCode } from '../files/disk.ts';
import { writeNew } from '../files/write-new.ts';

export type Delivery = { id: string; event: string; body: Uint8Array };

/** What is to be done, on disk until it is done. */
export type Waiting = { name: string; event: string; signal: Signal };

export interface Inbox {
  /** On disk when it returns. duplicate: the same delivery, or the same words, came before. */
  accept(delivery: Delivery, signal: Signal): Promise<'accepted' | 'duplicate'>;
  /** Oldest first. */
  waiting(): readonly Waiting[];
  /** Is not done again, in this life or another. */
  done(name: string): Promise<void>;
}

export type InboxOptions = {
  /** Of the program's state; `inbox` and `deliveries` are made in it. */
  directory: string;
  now: () => Date;
};

/** Months of which it is known what was delivered. */
const keptMonths = 2;

const entryShape = z.object({ id: z.string(), hash: z.string() });
const waitingShape = z.object({
  id: z.string(),
  at: z.string(),
  event: z.string(),
  signal: z.custom<Signal>(),
});

/** Deliveries between their 202 and their effect, and the memory of all of them by id and by content. */
export async function openInbox({ directory, now }: InboxOptions): Promise<Inbox> {
  const inbox = join(directory, 'inbox');
  const deliveries = join(directory, 'deliveries');
  for (const each of [inbox, deliveries]) await mkdir(each, { recursive: true, mode: 0o700 });
  const known = rememberMonths();
  for (const { month, id, hash } of await readMemory(deliveries)) known.add(month, [id, hash]);
  const waiting = new Map<string, Waiting>();
  const idOf = new Map<string, string>();
  for (const { name, id, event, signal } of await readWaiting(inbox)) {
    known.add(monthOf(now()), [id, hashOfName(name)]);
    waiting.set(name, { name, event, signal });
    idOf.set(name, id);
  }

  return {
    async accept({ id, event, body }, signal) {
      const hash = createHash('sha256').update(body).digest('hex');
      if (known.has(id) || known.has(hash)) return 'duplicate';
      const date = now();
      known.add(monthOf(date), [id, hash]);
      const at = date.toISOString();
      const name = `${at.replaceAll(/\D/g, '')}-${hash}.json`;
      try {
        await writeNew(join(inbox, name), JSON.stringify({ id, at, event, signal }));
      } catch (error) {
        // The forge is told that it failed, and may send it again.
        known.delete(monthOf(date), [id, hash]);
        throw error;
      }
      idOf.set(name, id);
      waiting.set(name, { name, event, signal });
      return 'accepted';
    },
    waiting: () => [...waiting.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    async done(name) {
      const entry = { id: idOf.get(name) ?? '', hash: hashOfName(name) };
      await appendSynced(join(deliveries, `${monthOf(now())}.jsonl`), `${JSON.stringify(entry)}\n`);
      await unlink(join(inbox, name)).catch(ignoreMissing);
      waiting.delete(name);
      idOf.delete(name);
    },
  };
}

function monthOf(date: Date): string {
  return date.toISOString().slice(0, 7);
}

/** Ids and hashes of the last months, so that a daemon that runs for years does not grow. */
function rememberMonths() {
  const months = new Map<string, Set<string>>();
  return {
    has: (mark: string): boolean => [...months.values()].some((marks) => marks.has(mark)),
    add(month: string, added: readonly string[]): void {
      const marks = months.get(month) ?? new Set();
      months.set(month, marks);
      for (const mark of added) marks.add(mark);
      for (const [oldest] of months) if (months.size > keptMonths) months.delete(oldest);
    },
    delete(month: string, removed: readonly string[]): void {
      for (const mark of removed) months.get(month)?.delete(mark);
    },
  };
}

function hashOfName(name: string): string {
  return /-([0-9a-f]{64})\.json$/.exec(name)?.[1] ?? '';
}

async function appendSynced(file: string, text: string): Promise<void> {
  await appendFile(file, text, { mode: 0o600 });
  await using handle = await open(file, 'r+');
  await handle.sync();
}

/** A line that was cut short by a crash belongs to a delivery that is still in the inbox. */
async function readMemory(directory: string): Promise<(z.output<typeof entryShape> & { month: string })[]> {
  const months = (await readdir(directory)).filter((name) => /^\d{4}-\d\d\.jsonl$/.test(name)).sort();
  for (const old of months.slice(0, -keptMonths)) await unlink(join(directory, old));
  const all = await Promise.all(
    months.slice(-keptMonths).map(async (name) => {
      const lines = (await readFile(join(directory, name), 'utf8')).split('\n');
      return lines.flatMap((line) => {
        const read = entryShape.safeParse(parse(line));
        return read.success ? [{ ...read.data, month: name.slice(0, 7) }] : [];
      });
    }),
  );
  return all.flat();
}

async function readWaiting(directory: string): Promise<(z.output<typeof waitingShape> & { name: string })[]> {
  const names = (await readdir(directory)).filter((name) => hashOfName(name) !== '');
  const all = await Promise.all(
    names.map(async (name) => {
      const read = waitingShape.safeParse(parse(await readFile(join(directory, name), 'utf8')));
      return read.success ? [{ ...read.data, name }] : [];
    }),
  );
  return all.flat();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function ignoreMissing(error: unknown): void {
  if (errorCode(error) !== 'ENOENT') throw error;
}
