import { mkdirSync, readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { findProject } from '../../src/backlog/project/find-project.ts';
import type { ProjectStoreOptions } from '../../src/backlog/project/project-store.ts';
import { openProjectStore } from '../../src/backlog/project/project-store.ts';
import { mapStatuses, stateOf } from '../../src/backlog/project/statuses.ts';
import type { StatusMap, WantedStatuses } from '../../src/backlog/project/statuses.ts';
import { parseTicket } from '../../src/backlog/parse-ticket.ts';
import type { TicketState } from '../../src/domain/ticket.ts';
import { patientDisk } from '../../src/files/reading-disk.ts';
import { manualClock } from './clock.ts';
import type { Backlog } from './folder-store.ts';

/** A project of Backlog.md over real files, and a person who works in it. `path`, `save` and `drop` are of its tasks. */
export type ProjectBacklog = Backlog & {
  statuses: StatusMap;
  inbox: string;
  /** Drops a file whole into the inbox. */
  dropNew: (file: string, content: string) => void;
  text: (file: string) => string;
};

export type ProjectBacklogOptions = Partial<ProjectStoreOptions> & {
  config?: string;
  wanted?: WantedStatuses;
};

export const plainConfig =
  'project_name: "Sample"\ndefault_status: "To Do"\nstatuses: ["To Do", "In Progress", "Done"]\n';

export async function openProjectBacklog(
  root: string,
  { config = plainConfig, wanted = {}, ...given }: ProjectBacklogOptions = {},
): Promise<ProjectBacklog> {
  const tasks = join(root, 'backlog', 'tasks');
  mkdirSync(tasks, { recursive: true });
  writeFileSync(join(root, 'backlog', 'config.yml'), config);
  const project = findProject(root);
  if (project === null) throw new Error('the project was not found');
  const statuses = mapStatuses(project, wanted);
  const inbox = join(root, 'backlog', 'todo');
  const errors = join(root, 'state', 'errors');
  const clock = manualClock();
  const store = await openProjectStore({
    project,
    statuses,
    bot: '@ticketmill',
    inbox,
    createLock: join(root, 'backlog', '.locks', 'create'),
    usedElsewhere: () => Promise.resolve([]),
    isAtWork: () => true,
    errors,
    disk: patientDisk,
    suspects: join(root, 'suspect'),
    parsed: { directory: join(root, 'parsed'), version: '1.0.0' },
    corrupt: { directory: join(root, 'corrupt'), now: () => clock.now() },
    warn: () => undefined,
    now: () => clock.now(),
    onWritten: () => Promise.resolve(),
    clock: { monotonic: () => clock.monotonic(), now: () => clock.now(), wait: () => setImmediate() },
    quietMs: 0,
    arrivedByRename: () => true,
    eventLagMs: 50,
    waitSeconds: () => 0,
    ...given,
  });
  const path = (_state: TicketState, file: string): string => join(tasks, file);
  const stateIn = (file: string): TicketState => {
    const parsed = parseTicket(readFileSync(join(tasks, file)), file);
    return (parsed.ok ? stateOf(parsed.ticket, statuses) : null) ?? 'todo';
  };
  const moveInto = (folder: string, file: string, content: string): void => {
    writeFileSync(join(root, `.${file}`), content);
    renameSync(join(root, `.${file}`), join(folder, file));
  };
  return {
    root,
    store,
    clock,
    statuses,
    inbox,
    path,
    save: (state, file, content) => {
      writeFileSync(path(state, file), content);
    },
    drop: (file, content) => {
      moveInto(tasks, file, content.replace(/^---\n/, "---\nassignee:\n  - '@ticketmill'\n"));
      // Both times of a file can fall into one tick of the kernel; this one was written long ago.
      utimesSync(join(tasks, file), 1, 1);
    },
    dropNew: (file, content) => {
      moveInto(inbox, file, content);
    },
    text: (file) => readFileSync(join(tasks, file), 'utf8'),
    files: () => {
      const found = readdirSync(tasks)
        .sort()
        .map((file) => [stateIn(file), file] as const);
      const reports = namesIn(errors).map((file) => ['failed', file] as const);
      const byState = Map.groupBy([...reports, ...found], ([state]) => state);
      return Object.fromEntries([...byState].map(([state, files]) => [state, files.map(([, file]) => file)]));
    },
  };
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}
