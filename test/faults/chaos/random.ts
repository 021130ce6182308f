/** Draws that a seed repeats. */
export type Random = {
  /** From 0 up to 1, without 1. */
  next: () => number;
  between: (from: number, to: number) => number;
  isOneIn: (count: number) => boolean;
  pick: <T>(from: readonly T[]) => T | undefined;
};

/** Mulberry32: small, and good enough to choose moments. */
export function openRandom(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  return {
    next,
    between: (from, to) => from + (to - from) * next(),
    isOneIn: (count) => next() * count < 1,
    pick: (from) => from[Math.floor(next() * from.length)],
  };
}
