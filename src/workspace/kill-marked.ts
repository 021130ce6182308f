import { readFile, readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Kills every process whose environment carries a marker of ours that `matches`: what left its process group by `setsid`
 * or a double fork. Returns how many, once they are gone or half a second has passed. Only Linux shows environments;
 * elsewhere the process group is all there is.
 */
export async function killMarked(matches: (marker: string) => boolean): Promise<number> {
  const killed = new Set<number>();
  // A process may fork between the listing and its end, and takes a moment to end; so look until a look finds nothing.
  for (let round = 0; round < 50; round += 1) {
    const found = (await markedProcesses(matches)).filter((pid) => kill(pid));
    if (found.length === 0) break;
    if (found.every((pid) => killed.has(pid))) await sleep(10);
    for (const pid of found) killed.add(pid);
  }
  return killed.size;
}

async function markedProcesses(matches: (marker: string) => boolean): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.map(Number).filter((pid) => Number.isInteger(pid) && pid !== process.pid);
  const marked = await Promise.all(pids.map(async (pid) => matches((await markerOf(pid)) ?? '\0')));
  return pids.filter((_pid, index) => marked[index]);
}

async function markerOf(pid: number): Promise<string | undefined> {
  const environ = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  const entry = environ.split('\0').find((variable) => variable.startsWith('TICKETMILL_RUN='));
  return entry?.slice('TICKETMILL_RUN='.length);
}

function kill(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}
