import type { Candidate } from '../../domain/admission.ts';
import { normaliseId } from '../../domain/ticket.ts';
import type { InboxOptions } from '../look-at-inbox.ts';
import type { Sight } from '../settle-file.ts';
import { settleFile, showsRename } from '../settle-file.ts';
import type { Task, Tasks } from './open-tasks.ts';
import type { StatusMap } from './statuses.ts';
import { stateOf } from './statuses.ts';

type Options = Pick<InboxOptions, 'clock' | 'quietMs' | 'waitSeconds'> & { statuses: StatusMap };

/** Finds the tasks that could be taken: assigned to us, and waiting to be begun. */
export function findCandidates(
  { clock, quietMs, waitSeconds, statuses }: Options,
  tasks: Tasks,
): (droppedAs: (file: string) => string | null) => Promise<Candidate[]> {
  let sights = new Map<string, Sight>();

  /** Backlog.md writes in place, so that half of an edit can be read. */
  function settle({ file, stamp }: Task, before: Sight | undefined): boolean {
    const isOurs = tasks.isWrittenByUs({ file, stamp });
    const isRenamed = process.platform === 'linux' && showsRename(stamp);
    const arrivedWhole = isOurs || isRenamed || quietMs === 0;
    const sight = settleFile(before, stamp, { now: clock.monotonic(), quietMs, arrivedWhole });
    sights.set(file, sight);
    return sight.settled;
  }

  return async (droppedAs) => {
    const listed = await tasks.list();
    const twins = findTwins(listed);
    const before = sights;
    sights = new Map();
    return listed.flatMap((task): Candidate[] => {
      const { file, id, isCompleted, ours } = task;
      if (ours === null || isCompleted || stateOf(ours.ticket, statuses) !== 'todo') return [];
      const settled = settle(task, before.get(file));
      const twin = twins.get(normaliseId(id))?.find((other) => other !== file);
      const from = droppedAs(file);
      const known = {
        file,
        id,
        settled,
        waitSeconds: waitSeconds(file),
        ...(from === null ? {} : { droppedAs: from }),
      };
      if (twin === undefined) return [{ ...known, ticket: ours.summary, problem: null }];
      const problem = `${twin} has the same id ${id}, and Backlog.md edits neither; \`backlog doctor --fix\` gives one of them another`;
      return [{ ...known, ticket: null, problem }];
    });
  };
}

/** Files of the ids that more than one task has, ours or not. */
function findTwins(tasks: readonly Task[]): ReadonlyMap<string, string[]> {
  const byId = new Map<string, string[]>();
  for (const { id, file } of tasks) {
    const files = byId.get(normaliseId(id)) ?? [];
    files.push(file);
    byId.set(normaliseId(id), files);
  }
  for (const [id, files] of byId) if (files.length === 1) byId.delete(id);
  return byId;
}
