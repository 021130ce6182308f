// `npm run test:chaos -- --seconds N --seed S`: random kills of the real daemon; 1 when a promise was broken.
import { parseArgs } from 'node:util';
import type { ChaosReport } from './chaos/run-chaos.ts';
import { runChaos } from './chaos/run-chaos.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } },
});
const seconds = Number(values.seconds);
const seed = Number(values.seed ?? Date.now() % 1_000_000);

const report = await runChaos({ seconds, seed, tell: (line) => void process.stderr.write(`${line}\n`) });
process.stdout.write(`${describe(report)}\n`);
process.exitCode = report.violations.length === 0 ? 0 : 1;

function describe(told: ChaosReport): string {
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
