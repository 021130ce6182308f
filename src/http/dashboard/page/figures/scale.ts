/** The steps of an axis from 0: round numbers, the last not below `most`; `least` is the smallest step that makes sense. */
export function ticks(most: number, least = 0): number[] {
  if (!(most > 0)) return [0, 1];
  const rough = Math.max(most / steps, least);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? 10 * power;
  const needed = Math.ceil(most / step - 1e-9);
  return Array.from({ length: needed + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

const steps = 4;

/** Every how many-th of the names along an axis there is room for. */
export function labelEvery(names: number, room: number): number {
  return Math.max(1, Math.ceil(names / room));
}
