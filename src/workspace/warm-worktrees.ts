import type { Base } from '../domain/change.ts';
import type { Clock } from '../ports.ts';
import { isSameBase } from './find-base.ts';

/** A worktree that is ready before a ticket wants one. */
export type Prepared<Opened> = {
  base: Base;
  /** Makes it that of a ticket; null when somebody has moved or removed it meanwhile. */
  hand(key: string): Promise<Opened | null>;
  discard(): Promise<void>;
};

export type WarmOptions<Opened> = {
  /** How many are kept ready. */
  count: number;
  /** The base branch as it is now. */
  base: (signal: AbortSignal) => Promise<Base>;
  prepare: (base: Base, signal: AbortSignal) => Promise<Prepared<Opened>>;
  /** Asked before each: a disk that is nearly full is left to the tickets. */
  hasRoom: () => Promise<boolean>;
  clock: Pick<Clock, 'monotonic' | 'wait'>;
  /** Why none could be prepared; tickets open their own then. */
  onFault: (error: unknown) => void;
};

export type WarmWorktrees<Opened> = {
  /** One of exactly this base for a ticket; null when none is ready. Another one is then prepared in its place. */
  take(key: string, base: Base): Promise<Opened | null>;
  ready(): number;
  /** Removes what nobody took. */
  close(): Promise<void>;
};

/** Milliseconds between two looks whether the base has moved. */
const lookEvery = 60_000;
/** Milliseconds after which what was installed or copied may be out of date. */
const longestReady = 60 * 60_000;

/** Keeps worktrees ready, prepared one after the other; those of a base that has moved on are thrown away. */
export function keepWarm<Opened>(options: WarmOptions<Opened>): WarmWorktrees<Opened> {
  const { count, clock } = options;
  const ended = new AbortController();
  const { signal } = ended;
  let ready: (Prepared<Opened> & { since: number })[] = [];
  let filling: Promise<void> | null = null;

  async function throwAway(isOld: (each: (typeof ready)[number]) => boolean): Promise<void> {
    const old = ready.filter(isOld);
    ready = ready.filter((each) => !old.includes(each));
    for (const each of old) await each.discard();
  }

  async function refill(): Promise<void> {
    const base = await options.base(signal);
    const since = clock.monotonic();
    await throwAway((each) => !isSameBase(each.base, base) || since - each.since >= longestReady);
    while (!signal.aborted && ready.length < count && (await options.hasRoom()))
      ready.push({ ...(await options.prepare(base, signal)), since });
  }

  function fill(): Promise<void> {
    filling ??= refill()
      .catch((error: unknown) => {
        if (!signal.aborted) options.onFault(error);
      })
      .finally(() => (filling = null));
    return filling;
  }

  async function tend(): Promise<void> {
    while (!signal.aborted) {
      await fill();
      await clock.wait(lookEvery, signal).catch(() => undefined);
    }
  }

  const tending = tend();
  return {
    async take(key, base) {
      const index = ready.findIndex((each) => isSameBase(each.base, base));
      const [taken] = index === -1 ? [] : ready.splice(index, 1);
      void fill();
      if (taken === undefined) return null;
      const opened = await taken.hand(key);
      if (opened === null) await taken.discard();
      return opened;
    },
    ready: () => ready.length,
    async close() {
      ended.abort();
      await tending;
      await throwAway(() => true);
    },
  };
}
