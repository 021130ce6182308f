import { join, relative, sep } from 'node:path';
import type { AdopterOptions } from '../../backlog/project/adopt-tickets.ts';
import type { TaskWritten } from '../../backlog/project/edit-task.ts';
import { findProject } from '../../backlog/project/find-project.ts';
import type { BacklogProject } from '../../backlog/project/find-project.ts';
import { mapStatuses } from '../../backlog/project/statuses.ts';
import type { WantedStatuses } from '../../backlog/project/statuses.ts';
import type { Environment } from '../../config/environment.ts';
import type { Paths } from '../../config/paths.ts';
import type { Config } from '../../config/schema.ts';
import { ticketStates } from '../../domain/ticket.ts';
import type { Clock } from '../../ports.ts';
import { commitFile } from '../../workspace/commit-file.ts';
import { createGit } from '../../workspace/git.ts';
import { locateRepository } from '../../workspace/locate-repository.ts';
import { namesElsewhere } from '../../workspace/names-elsewhere.ts';
import { readSettings } from '../../workspace/git-settings.ts';
import { withoutDrivers } from '../../workspace/without-drivers.ts';
import { readAuthor } from './repository-options.ts';

type Place = { config: Pick<Config, 'backlogMd' | 'processing' | 'git'>; paths: Paths };

/** The Backlog.md project whose tasks are the tickets of a root; null where the folders hold them. */
export function projectOf({ config, paths }: Place): BacklogProject | null {
  return config.backlogMd.adopt ? findProject(paths.root) : null;
}

/** Folders in which the tickets of a root are: the five, or where files are dropped and those of the project's tasks. */
export function ticketFolders(place: Place): string[] {
  const { folders } = place.paths;
  const project = projectOf(place);
  if (project === null) return ticketStates.map((state) => folders[state]);
  return [folders.todo, ...['tasks', 'completed'].map((name) => join(project.directory, name))];
}

/** What the config calls the project's statuses. */
export function wantedStatuses({ backlogMd }: Pick<Config, 'backlogMd'>): WantedStatuses {
  const named = ticketStates.flatMap((state) => {
    const status = backlogMd.statuses[state];
    return status === undefined ? [] : [[state, status] as const];
  });
  return Object.fromEntries(named);
}

export type ProjectPlace = Place & {
  env: Environment;
  clock: Clock;
  warn: (message: string) => void;
};

/** How tasks of a project are made and written: whose they are, which ids are taken, and whether git is told. */
export async function taskOptions(
  project: BacklogProject,
  { config, paths, env, clock, warn }: ProjectPlace,
): Promise<Omit<AdopterOptions, 'inbox'>> {
  const { workTree, gitDir, commonDir } = await locateRepository(paths.root);
  const around = { path: env['PATH'] ?? '', home: paths.state };
  const drivers = withoutDrivers(await readSettings(createGit({ gitDir }, around)));
  const git = createGit({ gitDir, workTree }, { ...around, config: drivers });
  const inside = relative(workTree, project.directory).split(sep).join('/');
  const folders = ['tasks', 'completed'].map((name) => `${inside}/${name}`);
  const author = readAuthor(config.git.author);
  const locks = project.config.filesystemOnly
    ? join(project.directory, '.locks')
    : join(commonDir, 'backlog.md', 'locks');

  async function commit({ id, path, isNew }: TaskWritten): Promise<void> {
    const refused = await commitFile(git, path, {
      message: `${isNew ? 'Create' : 'Update'} task ${id}`,
      author,
    });
    if (refused !== null) warn(`${path} is written, but could not be committed: ${refused}`);
  }

  return {
    project,
    statuses: mapStatuses(project, wantedStatuses(config)),
    bot: config.processing.bot,
    createLock: join(locks, 'create'),
    clock,
    usedElsewhere: () => namesElsewhere(git, folders),
    now: () => clock.now(),
    onWritten: project.config.autoCommit && !project.config.filesystemOnly ? commit : () => Promise.resolve(),
  };
}
