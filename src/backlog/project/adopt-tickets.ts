import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Candidate } from '../../domain/admission.ts';
import { Failure } from '../../domain/failure.ts';
import { normaliseId } from '../../domain/ticket.ts';
import type { Ticket } from '../../domain/ticket.ts';
import { move } from '../../files/move.ts';
import { readRegular } from '../../files/read-regular.ts';
import { writeAtomic } from '../../files/write-atomic.ts';
import { parseTicket } from '../parse-ticket.ts';
import { maxTicketBytes } from '../read-ticket-file.ts';
import { numberedName } from '../ticket-name.ts';
import { ticketFileName } from '../write-ticket.ts';
import { adoptText } from './adopt-text.ts';
import type { LockClock } from './cli-lock.ts';
import { underLock } from './cli-lock.ts';
import type { TaskWritten } from './edit-task.ts';
import type { BacklogProject } from './find-project.ts';
import type { Tasks } from './open-tasks.ts';
import type { StatusMap } from './statuses.ts';
import { canonicalId, isOwnId, nextId } from './task-ids.ts';

export type AdopterOptions = {
  project: BacklogProject;
  statuses: StatusMap;
  bot: string;
  inbox: string;
  createLock: string;
  clock: LockClock;
  usedElsewhere: () => Promise<readonly string[]>;
  now: () => Date;
  onWritten: (written: TaskWritten) => Promise<void>;
};

export type Adopter = {
  /** Makes tasks of those that are complete; returns those that are not, or cannot be one, with the reason. */
  adopt(dropped: readonly Candidate[]): Promise<Candidate[]>;
  /** The name under which a task was dropped in this life of the program; null when it was not. */
  droppedAs(file: string): string | null;
};

/** What became of a dropped file: a task, one that cannot be, or, null, one that is not what it was any more. */
type Outcome = { file: string } | { problem: string } | null;

type Place = { options: AdopterOptions; tasks: Tasks };

/**
 * Makes tasks of dropped files: under the lock in which Backlog.md gives ids the file gets one where it lies, and is
 * then moved among the tasks, never copied. Cut short in between, the next look goes on with the id that it has.
 */
export function openAdopter(options: AdopterOptions, tasks: Tasks): Adopter {
  const dropped = new Map<string, string>();

  async function tryTo({ file }: Candidate): Promise<Outcome> {
    try {
      return await underLock(options.createLock, options.clock, () => adoptOne({ options, tasks }, file));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { problem: error.message };
    }
  }

  return {
    droppedAs: (file) => dropped.get(file) ?? null,
    async adopt(candidates) {
      const left: Candidate[] = [];
      for (const candidate of candidates) {
        const isReady = candidate.settled && candidate.ticket !== null;
        const outcome = isReady ? await tryTo(candidate) : { problem: candidate.problem };
        if (outcome === null) continue;
        if ('file' in outcome) dropped.set(outcome.file, candidate.file);
        else left.push({ ...candidate, ticket: null, problem: outcome.problem });
      }
      return left;
    },
  };
}

async function adoptOne({ options, tasks }: Place, file: string): Promise<Outcome> {
  const path = join(options.inbox, file);
  const read = await readRegular(path, maxTicketBytes);
  const parsed = read.kind === 'read' ? parseTicket(read.bytes, file) : null;
  if (read.kind !== 'read' || parsed?.ok !== true) return null;
  const { ticket } = parsed;
  const named = await nameTicket({ options, tasks }, ticket, file);
  if ('problem' in named) return named;
  const adopted = adoptText(read.bytes.toString(), ticket, file, adoptionOf(named.id, ticket, options));
  if (!adopted.ok) return adopted;
  if (!(await writeAtomic(path, adopted.text, { mode: read.mode, over: read.stamp }))) return null;
  const task = await moveToTasks(path, ticketFileName(named.id, adopted.title), tasks);
  if (task === null) return null;
  await tasks.noteWritten(task);
  await options.onWritten({ id: named.id, path: tasks.pathOf(task), isNew: true });
  return { file: task };
}

/** The id it has, where that is one of the project and free; else the next one. */
async function nameTicket(
  { options, tasks }: Place,
  { id }: Ticket,
  file: string,
): Promise<{ id: string } | { problem: string }> {
  const { config } = options.project;
  const wanted = canonicalId(id, config);
  if (!isOwnId(wanted, config)) return { id: await newId(options, tasks) };
  const twin = (await tasks.list()).find((task) => normaliseId(task.id) === normaliseId(wanted));
  if (twin === undefined) return { id: wanted };
  return {
    problem: `${twin.file} has the id ${wanted} already; take the line \`id:\` out of ${file}, and it gets one of its own`,
  };
}

/** An id that no task has, here or elsewhere; to be asked for under the lock of new ids. */
export async function newId(
  { project, usedElsewhere }: Pick<AdopterOptions, 'project' | 'usedElsewhere'>,
  tasks: Tasks,
): Promise<string> {
  const used = (await tasks.list()).flatMap((task) => [task.id, task.file]);
  return nextId([...used, ...(await usedElsewhere())], project.config);
}

async function moveToTasks(path: string, name: string, tasks: Tasks): Promise<string | null> {
  await mkdir(tasks.pathOf(''), { recursive: true });
  for (let number = 1; ; number += 1) {
    const file = numberedName(name, number);
    const moved = await move(path, tasks.pathOf(file));
    if (moved === 'gone') return null;
    if (moved === 'moved') return file;
  }
}

/** An id of another form, such as that of an issue, is kept as a label: by it we know the ticket again. */
function adoptionOf(id: string, ticket: Ticket, { statuses, bot, now }: AdopterOptions) {
  const isRenamed = ticket.id !== '' && normaliseId(ticket.id) !== normaliseId(id) && !/^\d/.test(ticket.id);
  const createdDate = now().toISOString().slice(0, 16).replace('T', ' ');
  const labels = isRenamed ? [ticket.id.toLowerCase()] : [];
  return { id, status: statuses.todo.status, bot, createdDate, labels };
}
