import type { Prepared } from '../../app/set-up/prepare-root.ts';
import { lackingStatuses } from '../../app/doctor/project-statuses.ts';
import { forLine } from '../../domain/untrusted.ts';
import type { Questions } from '../questions.ts';
import type { Loaded, Session } from '../session.ts';

/** The configuration of a Backlog.md project when statuses were put into it; nobody else's board changes unasked. */
export async function askForStatuses(
  { output }: Session,
  loaded: Loaded,
  questions: Questions | null,
): Promise<Prepared[]> {
  const lacking = questions === null ? null : lackingStatuses(loaded);
  if (questions === null || lacking === null || lacking.names.length === 0) return [];
  const { file, names } = lacking;
  const list = names.map((name) => JSON.stringify(name)).join(' and ');
  if (!(await questions.confirm(`Add the statuses ${list} to ${forLine(file, 200)}?`, true))) return [];
  if (await lacking.insert()) return [{ path: file, outcome: 'extended' }];
  output.warn(
    `${forLine(file, 200)} lists its statuses in a way that is not understood: add ${list} yourself.`,
  );
  return [];
}
