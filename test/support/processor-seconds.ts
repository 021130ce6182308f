import { readFileSync } from 'node:fs';

const ticksPerSecond = 100;

/** Seconds of a processor that a living process has used, and its children that have ended; Linux alone tells it. */
export function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return ticks / ticksPerSecond;
}
