import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TicketSummary } from '../../domain/ticket-summary.ts';
import { summarise } from '../../domain/ticket-summary.ts';
import type { Ticket } from '../../domain/ticket.ts';
import { errorCode } from '../../files/disk.ts';
import type { ReadingDisk } from '../../files/reading-disk.ts';
import type { Stamp } from '../../files/stamp.ts';
import { lookAt, sameStamp, stampOf } from '../../files/stamp.ts';
import { mapBounded } from '../map-bounded.ts';
import type { ReadMany, ReadTicketFile, TicketFile } from '../read-ticket-file.ts';
import type { BacklogProject } from './find-project.ts';
import { failedLabel, isAssigned, reviewLabel } from './statuses.ts';
import { canonicalId } from './task-ids.ts';

export type ReadTask = Extract<TicketFile, { kind: 'ticket' }> & { summary: TicketSummary };

/** A task of the project. Of one that is not assigned to us, only what a decision about ours may need is kept. */
export type Task = {
  file: string;
  /** Whether it lies in `completed/`, where only finished ones are. */
  isCompleted: boolean;
  id: string;
  labels: readonly string[];
  status: string;
  stamp: Stamp;
  /** Milliseconds since 1970. */
  changedAt: number;
  /** Null when it is not assigned to us. */
  ours: ReadTask | null;
};

export type Tasks = {
  /** Every task that can be read; only what is new or changed since the look before is read again. */
  list(): Promise<Task[]>;
  /** One task as it is now; null when it is not there, cannot be read or is not assigned to us. */
  read(file: string): Promise<Task | null>;
  pathOf: (file: string, isCompleted?: boolean) => string;
  /** We wrote a task, whole: nobody has to wait for its writer. */
  noteWritten(file: string): Promise<void>;
  isWrittenByUs(task: Pick<Task, 'file' | 'stamp'>): boolean;
};

export type TaskOptions = {
  bot: string;
  read: ReadTicketFile;
  /** For all that lies in `tasks` or in `completed`. */
  readMany: { tasks: ReadMany<TicketFile>; completed: ReadMany<TicketFile> };
  disk: ReadingDisk;
};

export function openTasks(project: BacklogProject, { bot, read, readMany, disk }: TaskOptions): Tasks {
  const pathOf = (file: string, isCompleted = false): string =>
    join(project.directory, isCompleted ? 'completed' : 'tasks', file);
  const mark = `${project.config.prefix}-`;
  let known = new Map<string, Task>();
  const written = new Map<string, Stamp>();

  async function listIn(isCompleted: boolean): Promise<Task[]> {
    const names = (await readNames(pathOf('', isCompleted))).filter((name) => name.startsWith(mark));
    const readThese = isCompleted ? readMany.completed : readMany.tasks;
    const tasks = await readThese((readTask) =>
      mapBounded(names, 16, (file) => look({ file, isCompleted }, readTask)),
    );
    return tasks.filter((task) => task !== null);
  }

  async function look(
    { file, isCompleted }: Pick<Task, 'file' | 'isCompleted'>,
    readTask: ReadTicketFile,
  ): Promise<Task | null> {
    const path = pathOf(file, isCompleted);
    const before = known.get(path);
    const stats = await lookAt(path, disk);
    if (stats === null) return null;
    const seen = stampOf(stats);
    if (before !== undefined && sameStamp(before.stamp, seen)) return before;
    const found = await readTask(path, seen);
    if (found.kind !== 'ticket') return null;
    const id = canonicalId(found.id, project.config);
    const { ticket, stamp } = found;
    const { labels, status } = ticket;
    const ours = isAssigned(ticket, bot) ? ownTask(found, { file, id }) : null;
    return { file, isCompleted, id, labels, status, stamp, changedAt: Number(stats.mtimeMs), ours };
  }

  return {
    pathOf,
    async noteWritten(file) {
      const stats = await lookAt(pathOf(file));
      if (stats !== null) written.set(file, stampOf(stats));
    },
    isWrittenByUs({ file, stamp }) {
      const ours = written.get(file);
      return ours !== undefined && sameStamp(ours, stamp);
    },
    async list() {
      const listed = [...(await listIn(false)), ...(await listIn(true))];
      known = new Map(listed.map((task) => [pathOf(task.file, task.isCompleted), task]));
      return listed;
    },
    async read(file) {
      if (!file.startsWith(mark)) return null;
      return (await look({ file, isCompleted: false }, read)) ?? look({ file, isCompleted: true }, read);
    },
  };
}

/** What Backlog.md would list: below its folder only, and nothing that is no Markdown. */
async function readNames(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).filter((name) => name.endsWith('.md')).sort();
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return [];
  }
}

function ownTask(
  found: Extract<TicketFile, { kind: 'ticket' }>,
  { file, id }: Pick<Task, 'file' | 'id'>,
): ReadTask {
  const sha256 = hashWithoutState(found.ticket);
  return { ...found, id, sha256, summary: summarise(found.ticket, { file, sha256 }) };
}

/** Here the state of a ticket is part of its text, and changes while what was asked for stays the same. */
function hashWithoutState(ticket: Ticket): string {
  const labels = ticket.labels.filter((label) => label !== reviewLabel && label !== failedLabel);
  const rest = Object.entries({ ...ticket, labels }).filter(
    ([key]) => key !== 'status' && key !== 'updatedDate',
  );
  return createHash('sha256').update(JSON.stringify(rest)).digest('hex');
}
