import { relative } from 'node:path';
import { insertStatuses, missingStatuses } from '../../backlog/project/insert-statuses.ts';
import { mapStatuses } from '../../backlog/project/statuses.ts';
import type { Paths } from '../../config/paths.ts';
import type { Config } from '../../config/schema.ts';
import { Failure } from '../../domain/failure.ts';
import { projectOf, wantedStatuses } from '../forge/backlog-project.ts';
import type { Finding } from './inspect-machine.ts';

type Place = { config: Pick<Config, 'backlogMd' | 'processing' | 'git'>; paths: Paths };

export type LackingStatuses = {
  /** The project's configuration, from the root. */
  file: string;
  names: string[];
  /** Puts them before the last one; false where the list is written in a way that is not understood. */
  insert: () => Promise<boolean>;
};

/** Statuses in which the Backlog.md project of a root could show where a ticket is; null without a project. */
export function lackingStatuses({ config, paths }: Place): LackingStatuses | null {
  const project = projectOf({ config, paths });
  if (project === null) return null;
  const names = missingStatuses(project, wantedStatuses(config));
  const file = relative(paths.root, project.configFile);
  return { file, names, insert: () => insertStatuses(project, names) };
}

/** Whether the statuses of a Backlog.md project have a place for each state of a ticket. */
export function inspectStatuses({ config, paths }: Place): Finding[] {
  try {
    const project = projectOf({ config, paths });
    if (project === null) return [];
    const wanted = wantedStatuses(config);
    mapStatuses(project, wanted);
    return [judgeStatuses(missingStatuses(project, wanted), project.config.statuses)];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [{ name: 'statuses', state: 'fail', detail: error.message, advice: error.hint }];
  }
}

function judgeStatuses(missing: readonly string[], has: readonly string[]): Finding {
  const name = 'statuses';
  if (missing.length === 0) return { name, state: 'ok', detail: has.join(', '), advice: '' };
  const list = missing.map((each) => JSON.stringify(each)).join(' and ');
  const detail = `the Backlog.md project has no ${list}; labels say instead what waits for review or failed`;
  const advice =
    'Run `ticketmill init`, which offers to add them, or put them before the last status yourself.';
  return { name, state: 'warn', detail, advice };
}
