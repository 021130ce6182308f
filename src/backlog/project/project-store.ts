import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Candidate } from '../../domain/admission.ts';
import type { TicketState } from '../../domain/ticket.ts';
import { idFromFileName, isCalled, normaliseId, ticketStates } from '../../domain/ticket.ts';
import type { Quarantine } from '../../files/quarantine.ts';
import type { ListedTicket, StoredTicket, TicketStore } from '../../ports.ts';
import { readErrorReport, takeErrorReport, writeErrorReport } from '../error-report.ts';
import type { InboxOptions } from '../look-at-inbox.ts';
import { openInbox } from '../look-at-inbox.ts';
import type { KeepOptions } from '../keep-reads.ts';
import { keepReads } from '../keep-reads.ts';
import { openSuspects } from '../mark-suspect.ts';
import { readSummary, readTicketFile } from '../read-ticket-file.ts';
import type { ReadTicketFile, SummaryFile } from '../read-ticket-file.ts';
import { remembered } from '../newest-tickets.ts';
import { listTicket, unreadable } from '../ticket-index.ts';
import { errorReportName } from '../ticket-name.ts';
import { openAdopter } from './adopt-tickets.ts';
import type { LockClock } from './cli-lock.ts';
import { openTaskEditor } from './edit-task.ts';
import type { TaskWritten } from './edit-task.ts';
import type { BacklogProject } from './find-project.ts';
import { findCandidates } from './find-candidates.ts';
import type { Tasks, Task } from './open-tasks.ts';
import { openTasks } from './open-tasks.ts';
import { recoverInbox } from './recover-inbox.ts';
import type { StatusMap } from './statuses.ts';
import { sameStatus, stateOf } from './statuses.ts';
import { canonicalId } from './task-ids.ts';

export type ProjectStoreOptions = Pick<
  InboxOptions,
  'quietMs' | 'arrivedByRename' | 'eventLagMs' | 'waitSeconds' | 'disk'
> & {
  clock: LockClock;
  project: BacklogProject;
  statuses: StatusMap;
  /** Whose tasks are ours: the handle among their assignees. */
  bot: string;
  /** Where files are dropped. */
  inbox: string;
  /** The lock under which Backlog.md gives ids. */
  createLock: string;
  /** Ids, or paths of task files, that are taken somewhere else: on other branches, in our own journal. */
  usedElsewhere: () => Promise<readonly string[]>;
  /** Whether we are at work on a task that is in progress; else a person is. */
  isAtWork: (file: string, id: string) => boolean;
  /** Where the reports of failures are, which have no place in the project. */
  errors: string;
  suspects: string;
  parsed: Omit<KeepOptions, 'disk'>;
  corrupt: Quarantine;
  warn: (message: string) => void;
  now: () => Date;
  /** Told of every task that we wrote. */
  onWritten: (written: TaskWritten) => Promise<void>;
};

/**
 * The backlog as the tasks of a Backlog.md project: the status of a task is its state, and files that are dropped
 * become tasks. Ours are those that are assigned to us; the others are read, never written.
 */
export async function openProjectStore(options: ProjectStoreOptions): Promise<TicketStore> {
  const { project, statuses, bot, corrupt } = options;
  await mkdir(options.inbox, { recursive: true });
  const suspects = openSuspects({ directory: options.suspects, corrupt, warn: options.warn });
  const read: ReadTicketFile = (path) =>
    readTicketFile(path, { during: suspects.during, disk: options.disk });
  const { inbox, ...readMany } = keepEach(options, read);
  const tasks = openTasks(project, { bot, read, readMany, disk: options.disk });
  const look = openInbox({ ...options, directory: options.inbox, readMany: inbox });
  const adopter = openAdopter(options, tasks);
  const editor = openTaskEditor(options, tasks);
  const candidates = findCandidates(options, tasks);
  const errorPath = (file: string): string => join(options.errors, errorReportName(file));

  async function listTasks(): Promise<ListedTicket[]> {
    return (await tasks.list()).flatMap((task) => describe(task, statuses, adopter.droppedAs(task.file)));
  }

  return {
    async candidates() {
      const waiting = await adopter.adopt(await look());
      return [...(await candidates((file) => adopter.droppedAs(file))), ...waiting];
    },
    async counts() {
      const counts = { todo: (await look()).length, processing: 0, review: 0, done: 0, failed: 0 };
      for (const { state } of listOurs(await tasks.list(), statuses)) counts[state] += 1;
      return counts;
    },
    async list(state) {
      const stored = listOurs(await tasks.list(), statuses).filter((each) => each.state === state);
      // What a person put into progress is theirs, although it is assigned to us.
      return state === 'processing' ? stored.filter(({ file, id }) => options.isAtWork(file, id)) : stored;
    },
    async index(states = ticketStates) {
      const all = [...(await listTasks()), ...(await look()).map(describeDropped)];
      return all.filter(({ state }) => states.includes(state));
    },
    newest: async () => (await listTasks()).filter(({ state }) => state === 'done').slice(-remembered),
    async isTaken(id) {
      const dropped = (await look()).map(describeDropped);
      return [...(await tasks.list()), ...dropped].some((each) => isCalled(each, id));
    },
    finished: async (ids) => findFinished(ids, await tasks.list(), options),
    async read(file, state) {
      const task = await tasks.read(file);
      const stored = task === null ? null : toStored(task, statuses);
      return stored?.state === state ? stored : null;
    },
    transition: editor.transition,
    edit: editor.edit,
    stranger: (asked) => tellStranger(asked, tasks, options),
    async writeError(file, report) {
      await mkdir(options.errors, { recursive: true, mode: 0o700 });
      await writeErrorReport(errorPath(file), report);
    },
    readError: (file) => readErrorReport(errorPath(file)),
    takeError: (file) => takeErrorReport(errorPath(file), corrupt),
    async recover() {
      await suspects.judge();
      await recoverInbox(options.inbox, tasks.pathOf(''));
    },
  };
}

function keepEach({ project, inbox, parsed, disk }: ProjectStoreOptions, read: ReadTicketFile) {
  const options = { ...parsed, disk };
  const keep = keepReads(read, options);
  const keepShort = keepReads<SummaryFile>((path) => readSummary(path, read), options);
  return {
    inbox: keepShort({ path: inbox, name: 'inbox' }),
    tasks: keep({ path: join(project.directory, 'tasks'), name: 'tasks' }),
    completed: keep({ path: join(project.directory, 'completed'), name: 'completed' }),
  };
}

function toStored(task: Task, statuses: StatusMap): StoredTicket | null {
  const state = stateIn(task, statuses);
  if (state === null || task.ours === null) return null;
  const { id, ticket, sha256, inputHash } = task.ours;
  return { file: task.file, state, id, ticket, sha256, inputHash };
}

/** Null for what is not ours, or in no state that we know. */
function stateIn({ isCompleted, ours }: Task, statuses: StatusMap): TicketState | null {
  if (ours === null) return null;
  return isCompleted ? 'done' : stateOf(ours.ticket, statuses);
}

function listOurs(tasks: readonly Task[], statuses: StatusMap): StoredTicket[] {
  return tasks.map((task) => toStored(task, statuses)).filter((stored) => stored !== null);
}

function describe(task: Task, statuses: StatusMap, droppedAs: string | null): ListedTicket[] {
  const state = stateIn(task, statuses);
  if (state === null || task.ours === null) return [];
  const { file, changedAt, ours } = task;
  const listed = listTicket({ file, state, changedAt }, ours);
  return [droppedAs === null ? listed : { ...listed, droppedAs }];
}

/** What is dropped is shown until it is a task. */
function describeDropped({ file, problem }: Candidate): ListedTicket {
  const why = problem ?? 'it becomes a task as soon as nobody writes to it any more';
  return {
    ...unreadable,
    file,
    state: 'todo',
    id: idFromFileName(file),
    title: file,
    changedAt: 0,
    problem: why,
  };
}

/** As Backlog.md has it: exactly one task of that id, in the last status or completed. */
function findFinished(
  ids: readonly string[],
  tasks: readonly Task[],
  { project, statuses }: Pick<ProjectStoreOptions, 'project' | 'statuses'>,
): ReadonlySet<string> {
  const last = project.config.statuses.at(-1) ?? statuses.done.status;
  const isFinished = ({ isCompleted, status }: Task): boolean => isCompleted || sameStatus(status, last);
  const byId = Map.groupBy(tasks, ({ id }) => normaliseId(id));
  const done = ids.filter((id) => {
    const [task, twin] = byId.get(normaliseId(canonicalId(id, project.config))) ?? [];
    return task !== undefined && twin === undefined && isFinished(task);
  });
  return new Set(done.map(normaliseId));
}

/** Why a task of the project is none of ours, for whoever asks after it. */
async function tellStranger(
  asked: string,
  tasks: Tasks,
  { project, statuses, bot }: ProjectStoreOptions,
): Promise<string | null> {
  const wanted = normaliseId(canonicalId(asked, project.config));
  const task = (await tasks.list()).find(({ id, file }) => normaliseId(id) === wanted || file === asked);
  if (task === undefined) return null;
  const { id, status, ours } = task;
  const number = id.replace(/^[A-Za-z]+-/, '');
  if (ours === null)
    return `${id} is not assigned to ${bot}: \`backlog task edit ${number} -a ${bot}\` gives it to ticketmill.`;
  const known = ticketStates.map((state) => `"${statuses[state].status}"`);
  const list = [...new Set(known)].join(', ');
  return `${id} has the status "${status}", of which ticketmill knows nothing; it knows ${list}: \`backlog task edit ${number} -s "${statuses.todo.status}"\` lets it begin.`;
}
