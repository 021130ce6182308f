import type { Spending } from '../domain/change.ts';
import { addSpending } from '../domain/change.ts';
import type { Event } from '../domain/event.ts';
import type { JobOrder, JobProgress } from './wire.ts';

/** Most events that wait while Redis is away; the oldest are dropped. */
const mostWaiting = 500;

/** What one job has to tell its coordinator, collected so that not every word is a message. */
export type Outbox = {
  add(event: Event): void;
  /** `spent` of this worker alone; those before it are added. */
  spend(spent: Spending): void;
  /** Sends what there is; at most one sending at a time, and none that fails hurts the work. */
  flush(): Promise<void>;
};

export function openOutbox(before: Spending, send: (progress: JobProgress) => Promise<void>): Outbox {
  let waiting: Event[] = [];
  let spent = before;
  let isNews = false;
  let sending: Promise<void> | null = null;

  async function sendAll(): Promise<void> {
    const events = waiting;
    waiting = [];
    isNews = false;
    try {
      await send({ spent, events });
    } catch {
      waiting = [...events, ...waiting].slice(-mostWaiting);
      isNews = true;
    } finally {
      sending = null;
    }
  }

  return {
    add(event) {
      const last = waiting.at(-1);
      if (event.type === 'model:text' && last?.type === 'model:text')
        waiting[waiting.length - 1] = { ...last, text: last.text + event.text };
      else waiting = [...waiting.slice(1 - mostWaiting), event];
      isNews = true;
    },
    spend(own) {
      spent = addSpending(before, own);
      isNews = true;
    },
    flush() {
      if (sending === null && isNews) sending = sendAll();
      return sending ?? Promise.resolve();
    },
  };
}

/** What the workers before this one have used of the ticket's budget: what the last told, which counts those before it. */
export function spentSoFar(order: Pick<JobOrder, 'spentBefore'>, progress: unknown): Spending {
  const { spent } = (progress ?? {}) as Partial<JobProgress>;
  return spent ?? order.spentBefore;
}
