import { forLine } from '../domain/untrusted.ts';
import type { Output } from './output.ts';

export type PullStep = { status: string; total: number | null; completed: number | null };

/** Shows how far a pull is: a bar that is drawn again on a terminal, elsewhere a line for each step. */
export function followPull(
  model: string,
  output: Pick<Output, 'live' | 'draw' | 'say'>,
  columns: () => number,
): { tell: (step: PullStep) => void; end: () => void } {
  let last = '';
  let drawn = false;
  return {
    tell(step) {
      if (output.live) {
        drawn = true;
        output.draw(`\r${bar(step, columns()).padEnd(columns() - 1)}`);
      } else if (step.status !== last) output.say(`${model}: ${forLine(step.status, 200)}`);
      last = step.status;
    },
    end() {
      if (drawn) output.draw('\n');
    },
  };
}

const barWidth = 24;

/** `pulling 3e4cb1417446 ████████░░░░ 42 % of 4.7 GB`, no wider than the terminal. */
export function bar({ status, total, completed }: PullStep, columns: number): string {
  const words = forLine(status, 80);
  if (total === null || total === 0) return words.slice(0, columns - 1);
  const part = Math.min(1, (completed ?? 0) / total);
  const full = Math.round(part * barWidth);
  const drawn = '█'.repeat(full) + '░'.repeat(barWidth - full);
  const percent = `${Math.floor(part * 100)}`.padStart(3);
  return `${words} ${drawn} ${percent} % of ${(total / 1e9).toFixed(1)} GB`.slice(0, columns - 1);
}
