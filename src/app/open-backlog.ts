import { join } from 'node:path';
import { openFolderStore } from '../backlog/folder-store.ts';
import { listFolder } from '../backlog/list-folder.ts';
import type { BacklogProject } from '../backlog/project/find-project.ts';
import { openProjectStore } from '../backlog/project/project-store.ts';
import type { Paths } from '../config/paths.ts';
import { immediateDisk, patientDisk } from '../files/reading-disk.ts';
import { isAtWork } from '../pipeline/is-at-work.ts';
import type { Journal, TicketStore } from '../ports.ts';
import { projectOf, taskOptions } from './forge/backlog-project.ts';
import type { RoomOptions } from './open-rooms.ts';
import { version } from './version.ts';

export type OpenedStore = {
  store: TicketStore;
  /** Folders in which something may happen from outside. */
  watched: string[];
};

type Around = {
  journal: Journal;
  waitSeconds: (file: string) => number;
  warn: (message: string) => void;
};

/** The event of a write comes after the bytes, and on a busy machine the writer may be held up in between. */
const eventLagMs = 50;

/** The tickets' store: the tasks of a Backlog.md project where there is one, else folders. */
export async function openStore(options: RoomOptions, around: Around): Promise<OpenedStore> {
  const { loaded, paths, clock, arrivedByRename } = options;
  const { todo } = paths.folders;
  const common = {
    corrupt: { directory: join(paths.state, 'corrupt'), now: () => clock.now() },
    clock,
    quietMs: loaded.config.processing.watchDebounce,
    arrivedByRename,
    eventLagMs: options.works ? eventLagMs : 0,
    waitSeconds: around.waitSeconds,
    disk: options.works ? patientDisk : immediateDisk,
    suspects: join(paths.state, 'suspect'),
    parsed: { directory: join(paths.state, 'parsed'), version },
    warn: around.warn,
  };
  const project = projectOf({ config: loaded.config, paths });
  if (project === null)
    return { store: await openFolderStore({ ...common, folders: paths.folders }), watched: [todo] };
  if (options.works) await tellLeftBehind(project, paths, around.warn);
  const { journal } = around;
  const task = await taskOptions(project, { ...options, config: loaded.config, warn: around.warn });
  const store = await openProjectStore({
    ...common,
    ...task,
    inbox: todo,
    usedElsewhere: async () => [...(await task.usedElsewhere()), ...journal.all().map(({ id }) => id)],
    isAtWork: (file, id) => isAtWork(journal.byFile(file, id)),
    errors: join(paths.state, 'errors'),
  });
  return { store, watched: [todo, join(project.directory, 'tasks')] };
}

/** Tickets of the time before the project are no tasks of it. */
async function tellLeftBehind(
  { configFile }: BacklogProject,
  { folders }: Paths,
  warn: (message: string) => void,
): Promise<void> {
  for (const state of ['processing', 'review', 'failed'] as const) {
    const count = (await listFolder(folders[state])).length;
    if (count === 0) continue;
    const what = count === 1 ? '1 ticket lies' : `${count} tickets lie`;
    warn(
      `${what} in ${folders[state]} from before ${configFile} was there. They are left alone: move them to ${folders.todo}, or set \`backlogMd.adopt\` to false.`,
    );
  }
}
