/** The steps of an axis from 0: round numbers, the last not below `most`. */
export function ticks(most: number, count = 4): number[] {
  if (!(most > 0)) return [0, 1];
  const rough = most / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? 10 * power;
  const steps = Math.ceil(most / step - 1e-9);
  return Array.from({ length: steps + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

/** Every how many-th of the names along an axis there is room for. */
export function labelEvery(names: number, room: number): number {
  return Math.max(1, Math.ceil(names / room));
}
