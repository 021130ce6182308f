import type { Clock } from '../ports.ts';

/** How many calls a server gets at the same time. */
export type SlotLimit = {
  count(): number;
  /** A call's first token came after `ms`; so many calls were at work when it began, itself among them. */
  heard(ms: number, atWork: number): void;
  /** A call ended well while others `waited` for their turn, or none did. */
  ended(waited: boolean): void;
  /** The server said that it is too much. */
  lower(): void;
};

/** Milliseconds until a lowered number may rise again. */
const lowered = 60_000;

/** A number that a person chose: halved for a while when the server has too much to do. */
export function fixedLimit(count: number, clock: Pick<Clock, 'monotonic'>): SlotLimit {
  let low = { count, until: -Infinity };
  const places = (): number => (clock.monotonic() < low.until ? low.count : count);
  return {
    count: places,
    heard: () => undefined,
    ended: () => undefined,
    lower: () => void (low = { count: half(places()), until: clock.monotonic() + lowered }),
  };
}

/** Nobody has more than this at once on one server; a person who knows of more says so. */
const most = 8;
/** First tokens that were waited for before anything is concluded from them. */
const enough = 3;
/** Milliseconds for which a number that was too many is not tried again. */
const patience = 600_000;

/**
 * A number found by trying. It begins with 1 and rises by 1 while calls wait for their turn and the first token comes
 * about as fast as it should: a server that computes calls together shares its time between them, one that computes
 * them one after the other lets the first token wait for the whole answer before it. Then, and when the server says
 * that it is too much, it is halved.
 */
export function measuredLimit(clock: Pick<Clock, 'monotonic'>): SlotLimit {
  let count = 1;
  let risesAfter = -Infinity;
  let tooMany = { count: Infinity, until: -Infinity };
  let alone: number[] = [];
  let together: number[] = [];

  function set(next: number): void {
    count = next;
    together = [];
  }

  function lower(): void {
    const now = clock.monotonic();
    if (count > 1) tooMany = { count, until: now + patience };
    risesAfter = now + lowered;
    set(half(count));
  }

  const mayRise = (): boolean => {
    const now = clock.monotonic();
    const ceiling = now < tooMany.until ? Math.min(most, tooMany.count - 1) : most;
    return count < ceiling && now >= risesAfter;
  };

  return {
    count: () => count,
    heard(ms, atWork) {
      if (atWork === 1) alone = [...alone, ms].slice(-2 * enough);
      if (atWork < count || count === 1) return;
      together = [...together, ms].slice(-2 * enough);
      if (together.length >= enough && median(together) > allowed(median(alone), count)) lower();
    },
    ended(waited) {
      const known = count === 1 ? alone : together;
      if (waited && known.length >= enough && mayRise()) set(count + 1);
    },
    lower,
  };
}

/** Milliseconds that a first token may take among so many calls; a second more or less is nobody's loss. */
function allowed(alone: number, calls: number): number {
  return alone * calls * 1.5 + 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function half(count: number): number {
  return Math.max(1, Math.floor(count / 2));
}
