import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeAtomic } from '../files/write-atomic.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** What was spent on the day at hand, over all tickets and restarts. Days are those of UTC. */
export type DaySpending = {
  /** US dollars. */
  today(): number;
  /** On disk when it resolves. */
  add(usd: number): Promise<void>;
};

const stored = z.object({ day: z.string(), usd: z.number().nonnegative() });

/** A file that cannot be read counts as a day on which nothing was spent. */
export function openDaySpending({ directory, now }: { directory: string; now: () => Date }): DaySpending {
  const file = join(directory, 'spending.json');
  const inTurn = oneAtATime();
  let last = read(file);

  const today = (): number => (last.day === dayOf(now()) ? last.usd : 0);

  return {
    today,
    async add(usd) {
      last = { day: dayOf(now()), usd: today() + usd };
      await inTurn(() => writeAtomic(file, `${JSON.stringify(last)}\n`, { mode: 0o600 }));
    },
  };
}

function read(file: string): z.output<typeof stored> {
  try {
    return stored.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { day: '', usd: 0 };
  }
}

function dayOf(now: Date): string {
  return now.toISOString().slice(0, 10);
}
