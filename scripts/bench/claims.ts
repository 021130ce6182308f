import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/app/system-clock.ts';
import { openFolderStore } from '../../src/backlog/folder-store.ts';
import { ticketStates } from '../../src/domain/ticket.ts';
import type { TicketState } from '../../src/domain/ticket.ts';
import { patientDisk } from '../../src/files/reading-disk.ts';
import { openJournal } from '../../src/journal/journal.ts';
import type { Claiming } from '../../src/pipeline/claim-ticket.ts';
import { claimTicket } from '../../src/pipeline/claim-ticket.ts';
import { timed } from './samples.ts';
import { ticketFile, ticketText } from './site.ts';

export type Claims = { claimsPerSecond: number; inMemoryPerSecond: number | null };

const tickets = 300;
const memoryDisk = '/dev/shm';

/** Claims a second with every sync of the protocol, on the disk and where a sync costs nothing. */
export async function measureClaims(): Promise<Claims> {
  return {
    claimsPerSecond: await claimsIn(tmpdir()),
    inMemoryPerSecond: existsSync(memoryDisk) ? await claimsIn(memoryDisk) : null,
  };
}

async function claimsIn(parent: string): Promise<number> {
  const home = mkdtempSync(join(parent, 'ticketmill-bench-'));
  try {
    const claiming = await openClaiming(home);
    for (let index = 1; index <= tickets; index++)
      writeFileSync(join(home, 'todo', ticketFile(index)), ticketText(index));
    const candidates = await claiming.store.candidates();
    const tookMs = await timed(async () => {
      for (const { file, ticket } of candidates)
        if ((await claimTicket(claiming, { file, ticket })) === null)
          throw new Error(`${file} was not claimed.`);
    });
    return candidates.length / (tookMs / 1000);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function openClaiming(home: string): Promise<Claiming> {
  const now = (): Date => systemClock.now();
  const pairs = ticketStates.map((state) => [state, join(home, state)]);
  const store = await openFolderStore({
    folders: Object.fromEntries(pairs) as Record<TicketState, string>,
    corrupt: { directory: join(home, 'corrupt'), now },
    clock: systemClock,
    quietMs: 0,
    arrivedByRename: () => true,
    eventLagMs: 50,
    waitSeconds: () => 0,
    disk: patientDisk,
    suspects: join(home, 'suspect'),
    parsed: { directory: join(home, 'parsed'), version: '1.0.0' },
    warn: () => undefined,
  });
  const journal = await openJournal({ directory: join(home, 'state'), repository: 'bench', now });
  let runs = 0;
  return { store, journal, newId: () => `run-${(runs += 1)}`, settings: () => ({ bot: '@ticketmill' }) };
}
