import type { ChaosReport } from './run-chaos.ts';

/** The figures of a run for people, a line each kind. */
export function describeChaos(
  { seconds, seed }: { seconds: number; seed: number },
  told: ChaosReport,
): string {
  const { kills, starts, tickets, merges, edits, ready, violations } = told;
  const sorted = ready.toSorted((a, b) => a - b);
  const at = (part: number): string =>
    `${Math.round(sorted[Math.floor(part * (sorted.length - 1))] ?? NaN)} ms`;
  return [
    `chaos of ${seconds} s, seed ${seed}: ${kills} kills, ${starts + 1} starts, ${tickets} tickets`,
    `${merges} merges and ${edits} edits by people; ${Math.round(told.drainSeconds)} s to the end of all work`,
    `ready in ${at(0.5)} (median), ${at(0.95)} (95 %), ${at(1)} (longest) in ${ready.length} lives`,
    `deaths: ${Object.entries(told.deaths)
      .map(([group, count]) => `${group} ${count}`)
      .join(', ')}`,
    `${violations.length} violations`,
    ...violations.map((each) => `  ${each}`),
  ].join('\n');
}
