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
  const ids = new Set<string>();
  const hashes = new Set<string>();
  const remember = (id: string, hash: string): void => {
    ids.add(id);
    hashes.add(hash);
  };
  for (const { id, hash } of await readMemory(deliveries)) remember(id, hash);
  const waiting = new Map<string, Waiting>();
  const idOf = new Map<string, string>();
  for (const { name, id, event, signal } of await readWaiting(inbox)) {
    remember(id, hashOfName(name));
    waiting.set(name, { name, event, signal });
    idOf.set(name, id);
  }

  return {
    async accept({ id, event, body }, signal) {
      const hash = createHash('sha256').update(body).digest('hex');
      if (ids.has(id) || hashes.has(hash)) return 'duplicate';
      remember(id, hash);
      const at = now().toISOString();
      const name = `${at.replaceAll(/\D/g, '')}-${hash}.json`;
      try {
        await writeNew(join(inbox, name), JSON.stringify({ id, at, event, signal }));
      } catch (error) {
        // The forge is told that it failed, and may send it again.
        ids.delete(id);
        hashes.delete(hash);
        throw error;
      }
      idOf.set(name, id);
      waiting.set(name, { name, event, signal });
      return 'accepted';
    },
    waiting: () => [...waiting.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    async done(name) {
      const month = now().toISOString().slice(0, 7);
      const entry = { id: idOf.get(name) ?? '', hash: hashOfName(name) };
      await appendSynced(join(deliveries, `${month}.jsonl`), `${JSON.stringify(entry)}\n`);
      await unlink(join(inbox, name)).catch(ignoreMissing);
      waiting.delete(name);
      idOf.delete(name);
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
async function readMemory(directory: string): Promise<z.output<typeof entryShape>[]> {
  const months = (await readdir(directory)).filter((name) => /^\d{4}-\d\d\.jsonl$/.test(name)).sort();
  for (const old of months.slice(0, -keptMonths)) await unlink(join(directory, old));
  const texts = await Promise.all(
    months.slice(-keptMonths).map((name) => readFile(join(directory, name), 'utf8')),
  );
  return texts
    .flatMap((text) => text.split('\n'))
    .flatMap((line) => {
      const read = entryShape.safeParse(parse(line));
      return read.success ? [read.data] : [];
    });
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
