import type { Notice } from '../domain/notice.ts';
import type { Clock } from '../ports.ts';
import type { Channel } from './channel.ts';
import type { DeliveryOptions } from './deliver.ts';
import { openDelivery } from './deliver.ts';
import type { Batch } from './word-notices.ts';

export type OutboxOptions = DeliveryOptions & {
  /** Milliseconds in which what happens is collected into one message. */
  collectFor: number;
  /** Messages within an hour at most; what is too much waits and goes together. */
  perHour: number;
};

export type Outbox = {
  put(notice: Notice): void;
  /** Sends what is left at once; gives up after `ms`. */
  close(ms: number): Promise<void>;
};

/** Notices that wait at most; of more only the number is told. */
const mostWaiting = 200;

/**
 * What waits to go through one channel. It is empty, or one loop is at work: it lets the first notice wait for others,
 * then for its turn within the hour, and sends them together. What comes meanwhile waits for the next turn.
 */
export function openOutbox(channel: Channel, { clock, warn, collectFor, perHour }: OutboxOptions): Outbox {
  /** Fires when nothing is to be waited for any more, `cut` when nothing is to be tried any more. */
  const [ended, cut] = [new AbortController(), new AbortController()];
  const deliver = openDelivery(channel, { clock, warn });
  const turn = hourlyTurns(clock, perHour);
  let batch: { notices: Notice[]; untold: number } = { notices: [], untold: 0 };
  let working: Promise<void> | null = null;

  async function work(): Promise<void> {
    while (batch.notices.length > 0) {
      await wait(collectFor);
      await wait(turn.untilNext());
      turn.take();
      const sent: Batch = batch;
      batch = { notices: [], untold: 0 };
      const arrived = await deliver(sent, { ended: ended.signal, cut: cut.signal });
      if (!arrived) batch.untold += sent.notices.length + sent.untold;
    }
    working = null;
  }

  async function wait(ms: number): Promise<void> {
    if (ms > 0) await clock.wait(ms, ended.signal).catch(() => undefined);
  }

  return {
    put(notice) {
      if (ended.signal.aborted) return;
      if (batch.notices.length < mostWaiting) batch.notices.push(notice);
      else batch.untold += 1;
      working ??= work();
    },
    async close(ms) {
      ended.abort();
      const patience = new AbortController();
      await Promise.race([working, clock.wait(ms, patience.signal).catch(() => undefined)]);
      patience.abort();
      cut.abort();
      await working;
    },
  };
}

const hourMs = 3_600_000;

function hourlyTurns(clock: Pick<Clock, 'monotonic'>, perHour: number) {
  let taken: number[] = [];
  return {
    /** Milliseconds until one is free. */
    untilNext(): number {
      const now = clock.monotonic();
      taken = taken.filter((at) => now - at < hourMs);
      const oldest = taken.at(-perHour);
      return oldest === undefined ? 0 : oldest + hourMs - now;
    },
    take(): void {
      taken.push(clock.monotonic());
    },
  };
}
