import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { measuredRun, residentMb } from './memory.ts';
import { median, timed, timedTimes } from './samples.ts';
import type { Site } from './site.ts';
import { openSite, ticketFile, ticketText } from './site.ts';

export type LargeBacklog = {
  tickets: number;
  /** From the daemon's start until it has read every ticket, where an earlier process kept what it read of them. */
  scanMs: number;
  /** The same where nothing is kept. */
  firstScanMs: number;
  /** Of the daemon that has, at most. */
  rssMb: number;
  /** `ticketmill status --json` without a daemon, where an earlier process kept what it read of the tickets. */
  listMs: number;
  /** The same where nothing is kept. */
  firstListMs: number;
  /** Of either, at most. */
  listRssMb: number;
};

/** Milliseconds after which what was read of a file is kept: until then it could change and show the same time. */
const settledMs = 2500;

/** A backlog in which nothing is taken, for a daemon that starts on it and for a person who asks how it stands. */
export async function measureBacklog(
  tickets: number,
  folder: 'todo' | 'done' = 'todo',
): Promise<LargeBacklog> {
  await using stack = new AsyncDisposableStack();
  const site = await openSite(stack);
  fillBacklog(site, folder, tickets);
  writeFileSync(join(site.root, 'backlog/PAUSE'), '');
  await wait(settledMs);
  const check = (out: string): void => {
    const { folders } = JSON.parse(out) as { folders: Record<string, number> };
    if (folders[folder] !== tickets)
      throw new Error(`status counts ${folders[folder]} of ${tickets} tickets.`);
  };
  const list = async (): Promise<void> => check((await site.run('status', '--json')).out);
  const firstLists: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    forget(site);
    firstLists.push(await timed(list));
  }
  const lists = await timedTimes(5, list);
  const listRssMb = await mostMemory(site, check);
  forget(site);
  const first = await scan(site);
  const second = await scan(site);
  return {
    tickets,
    scanMs: second.ms,
    firstScanMs: first.ms,
    rssMb: Math.max(first.rssMb, second.rssMb),
    listMs: median(lists),
    firstListMs: median(firstLists),
    listRssMb,
  };
}

/** Of `status`, in MB, the first time and after it. What tells it takes time, so these are runs of their own. */
async function mostMemory(site: Site, check: (out: string) => void): Promise<number> {
  forget(site);
  const [first, second] = [
    await measuredRun(site, 'status', '--json'),
    await measuredRun(site, 'status', '--json'),
  ];
  for (const { out } of [first, second]) check(out);
  return Math.max(first.rssMb, second.rssMb);
}

function forget({ root }: Site): void {
  rmSync(join(root, '.ticketmill/parsed'), { recursive: true, force: true });
}

async function scan(site: Site): Promise<{ ms: number; rssMb: number }> {
  const begun = performance.now();
  const daemon = site.start();
  const { url } = await daemon.until('server:listening');
  const response = await fetch(`${url}/api/tickets?limit=1`);
  await response.text();
  const ms = performance.now() - begun;
  const rssMb = residentMb(daemon.pid);
  await daemon.stop();
  return { ms, rssMb };
}

export function fillBacklog(site: Site, folder: string, tickets: number): void {
  const directory = join(site.root, 'backlog', folder);
  mkdirSync(directory, { recursive: true });
  for (let index = 1; index <= tickets; index++)
    writeFileSync(join(directory, ticketFile(index)), ticketText(index));
}
