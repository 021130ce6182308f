import { join } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import type { TicketState } from '../../domain/ticket.ts';
import type { TicketStore } from '../../ports.ts';
import { editTicketFile } from '../edit-ticket-file.ts';
import { editTicket } from '../edit-ticket.ts';
import type { FileEdits } from '../edit-ticket.ts';
import { parseTicket } from '../parse-ticket.ts';
import type { LockClock } from './cli-lock.ts';
import { taskLockName, underLock } from './cli-lock.ts';
import type { BacklogProject } from './find-project.ts';
import type { Tasks } from './open-tasks.ts';
import type { StatusMap } from './statuses.ts';
import { editsFor, isAssigned, stateOf } from './statuses.ts';

/** A task that we wrote; `isNew`: it was none before. */
export type TaskWritten = { id: string; path: string; isNew: boolean };

export type TaskEditorOptions = {
  project: BacklogProject;
  statuses: StatusMap;
  bot: string;
  clock: LockClock;
  now: () => Date;
  onWritten: (written: TaskWritten) => Promise<void>;
};

/** Edits tasks where they are, under the lock of Backlog.md's own edits, and only while they are as we think. */
export function openTaskEditor(
  { project, statuses, bot, clock, now, onWritten }: TaskEditorOptions,
  tasks: Tasks,
): Pick<TicketStore, 'edit' | 'transition'> {
  /** False when the task is not there, not ours any more, or in another state than `from`. */
  async function change(file: string, from: TicketState, edits: FileEdits): Promise<boolean> {
    const task = await tasks.read(file);
    if (task?.ours == null) return false;
    const { id, isCompleted } = task;
    const path = tasks.pathOf(file, isCompleted);
    const seen = { isIn: false, isWritten: false };
    const lock = join(project.directory, '.locks', taskLockName(id));
    const isThere = await underLock(lock, clock, () =>
      editTicketFile(path, {}, (bytes) => {
        seen.isIn = stateIn(bytes, isCompleted) === from;
        const edited = seen.isIn ? editTicket(bytes, edits) : bytes;
        seen.isWritten = !Buffer.from(bytes).equals(edited);
        return edited;
      }),
    );
    if (seen.isWritten) {
      await tasks.noteWritten(file);
      await onWritten({ id, path, isNew: false });
    }
    return isThere && seen.isIn;
  }

  function stateIn(bytes: Uint8Array, isCompleted: boolean): TicketState | null {
    const parsed = parseTicket(bytes, '');
    if (!parsed.ok || !isAssigned(parsed.ticket, bot)) return null;
    return isCompleted ? 'done' : stateOf(parsed.ticket, statuses);
  }

  return {
    edit(file, state, edits) {
      const others = { ...edits };
      // It is the state here, and changed by a transition alone.
      delete others.status;
      return change(file, state, others);
    },
    async transition(file, from, to) {
      const updatedDate = now().toISOString().slice(0, 16).replace('T', ' ');
      if (!(await change(file, from, { ...editsFor(to, statuses), updatedDate }))) return null;
      const task = await tasks.read(file);
      const state = task?.ours == null ? null : stateOf(task.ours.ticket, statuses);
      if (state !== from || from === to) return file;
      const wanted = statuses[to].status;
      throw new Failure(
        'TICKET_INVALID',
        `${file}: its status could not be set to "${wanted}"; correct its front matter.`,
      );
    },
  };
}
