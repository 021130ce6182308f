import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { FolderStoreOptions } from '../../src/backlog/folder-store.ts';
import { openFolderStore } from '../../src/backlog/folder-store.ts';
import type { TicketState } from '../../src/domain/ticket.ts';
import { ticketStates } from '../../src/domain/ticket.ts';
import { patientDisk } from '../../src/files/reading-disk.ts';
import type { TicketStore } from '../../src/ports.ts';
import type { ManualClock } from './clock.ts';
import { manualClock } from './clock.ts';

/** A folder store over real folders, and a person who works in them. */
export type Backlog = {
  root: string;
  store: TicketStore;
  clock: ManualClock;
  path: (state: TicketState, file: string) => string;
  /** Saves a file in place, as an editor or `cp` does. */
  save: (state: TicketState, file: string, content: string | Uint8Array) => void;
  /** Drops a file whole, as `mv` does. */
  drop: (file: string, content: string) => void;
  /** Base names in each folder that holds any, hidden ones too. */
  files: () => Partial<Record<TicketState, string[]>>;
};

export async function openBacklog(root: string, given: Partial<FolderStoreOptions> = {}): Promise<Backlog> {
  const folders = Object.fromEntries(ticketStates.map((state) => [state, join(root, state)])) as Record<
    TicketState,
    string
  >;
  const clock = manualClock();
  const store = await openFolderStore({
    folders,
    corrupt: { directory: join(root, 'corrupt'), now: () => clock.now() },
    clock: { monotonic: () => clock.monotonic(), wait: () => setImmediate() },
    quietMs: 2000,
    arrivedByRename: () => false,
    eventLagMs: 50,
    waitSeconds: () => 0,
    disk: patientDisk,
    suspects: join(root, 'suspect'),
    parsed: { directory: join(root, 'parsed'), version: '1.0.0' },
    warn: () => undefined,
    ...given,
  });
  const path = (state: TicketState, file: string): string => join(folders[state], file);
  return {
    root,
    store,
    clock,
    path,
    save: (state, file, content) => {
      writeFileSync(path(state, file), content);
    },
    drop: (file, content) => {
      mkdirSync(join(root, 'elsewhere'), { recursive: true });
      writeFileSync(join(root, 'elsewhere', file), content);
      renameSync(join(root, 'elsewhere', file), path('todo', file));
    },
    files: () =>
      Object.fromEntries(
        ticketStates
          .map((state) => [state, readdirSync(folders[state]).sort()] as const)
          .filter(([, names]) => names.length > 0),
      ),
  };
}
