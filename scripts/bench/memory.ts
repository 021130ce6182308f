import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { runProgram } from '../demo/place.ts';
import type { Site } from './site.ts';
import { builtProgram, openSite } from './site.ts';

/** Resident memory of a process and of those that it started, in MB; NaN where there is no /proc. */
function residentMbOfAll(pid: number): number {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    return [pid, ...children.map(Number)].reduce((sum, each) => sum + (residentMb(each) || 0), 0);
  } catch {
    return Number.NaN;
  }
}

/** Resident memory of a process now, in MB; NaN where there is no /proc. */
export function residentMb(pid: number): number {
  try {
    const [, kB] = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kB) / 1024;
  } catch {
    return Number.NaN;
  }
}

const tellsPeak = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => process._rawDebug('peak-kB ' + process.resourceUsage().maxRSS));",
)}`;

/** Runs the built command, and tells the most memory that it had. */
export async function measuredRun(site: Site, ...args: string[]): Promise<{ out: string; rssMb: number }> {
  const [node = '', ...rest] = builtProgram;
  const { code, out, err } = await runProgram(site, [node, '--import', tellsPeak, ...rest, ...args]);
  if (code !== 0) throw new Error(`ticketmill ${args.join(' ')} ended with ${code}: ${err}`);
  const [, kB] = /^peak-kB (\d+)$/m.exec(err) ?? [];
  return { out, rssMb: Number(kB) / 1024 };
}

export type Memory = { idleRssMb: number; loadedRssMb: number };

const idleMs = 5000;

/** The built daemon with nothing to do, and with ten tickets at once, together with what starts git for it. */
export async function measureMemory(): Promise<Memory> {
  await using stack = new AsyncDisposableStack();
  const site = await openSite(stack, { config: { processing: { concurrency: 10 } } });
  const daemon = site.start();
  await daemon.until('server:listening');
  await wait(idleMs);
  const idleRssMb = residentMbOfAll(daemon.pid);
  const count = 10;
  for (let index = 1; index <= count; index++) await site.drop(index);
  const settled = new Set<string>();
  let loadedRssMb = 0;
  await daemon.until('ticket:settled', ({ taskId }) => {
    loadedRssMb = Math.max(loadedRssMb, residentMbOfAll(daemon.pid));
    return settled.add(taskId).size === count;
  });
  return { idleRssMb, loadedRssMb };
}
