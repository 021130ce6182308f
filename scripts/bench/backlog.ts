import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measuredRun, residentMb } from './memory.ts';
import { median, timedTimes } from './samples.ts';
import type { Site } from './site.ts';
import { openSite, ticketFile, ticketText } from './site.ts';

export type LargeBacklog = {
  tickets: number;
  /** From the daemon's start until it has read every ticket. */
  scanMs: number;
  /** Of the daemon that has. */
  rssMb: number;
  /** `ticketmill status --json` without a daemon. */
  listMs: number;
  listRssMb: number;
};

/** A backlog in which nothing is taken, for a daemon that starts on it and for a person who asks how it stands. */
export async function measureBacklog(
  tickets: number,
  folder: 'todo' | 'done' = 'todo',
): Promise<LargeBacklog> {
  await using stack = new AsyncDisposableStack();
  const site = await openSite(stack);
  fillBacklog(site, folder, tickets);
  writeFileSync(join(site.root, 'backlog/PAUSE'), '');
  let listRssMb = 0;
  const lists = await timedTimes(5, async () => {
    const { out, rssMb } = await measuredRun(site, 'status', '--json');
    const { folders } = JSON.parse(out) as { folders: Record<string, number> };
    if (folders[folder] !== tickets)
      throw new Error(`status counts ${folders[folder]} of ${tickets} tickets.`);
    listRssMb = Math.max(listRssMb, rssMb);
  });
  const begun = performance.now();
  const daemon = site.start();
  const { url } = await daemon.until('server:listening');
  const response = await fetch(`${url}/api/tickets?limit=1`);
  await response.text();
  const scanMs = performance.now() - begun;
  const rssMb = residentMb(daemon.pid);
  await daemon.stop();
  return { tickets, scanMs, rssMb, listMs: median(lists), listRssMb };
}

export function fillBacklog(site: Site, folder: string, tickets: number): void {
  const directory = join(site.root, 'backlog', folder);
  mkdirSync(directory, { recursive: true });
  for (let index = 1; index <= tickets; index++)
    writeFileSync(join(directory, ticketFile(index)), ticketText(index));
}
