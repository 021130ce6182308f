import { mkdir } from 'node:fs/promises';
import { Failure } from '../../domain/failure.ts';
import { patientDisk } from '../../files/reading-disk.ts';
import { writeNew } from '../../files/write-new.ts';
import type { AddedTicket } from '../add-tickets.ts';
import { composeTicket } from '../compose-ticket.ts';
import { parseTicket } from '../parse-ticket.ts';
import { readTicketFile } from '../read-ticket-file.ts';
import type { ReadMany, ReadTicketFile, TicketFile } from '../read-ticket-file.ts';
import { ticketFileName } from '../write-ticket.ts';
import type { TicketDraft } from '../write-ticket.ts';
import type { AdopterOptions } from './adopt-tickets.ts';
import { newId } from './adopt-tickets.ts';
import { adoptText } from './adopt-text.ts';
import { underLock } from './cli-lock.ts';
import { openTasks } from './open-tasks.ts';

/** Writes new tasks, assigned to us, into the project, each whole and under the next free id. */
export async function addTasks(
  drafts: readonly TicketDraft[],
  options: Omit<AdopterOptions, 'inbox'>,
): Promise<AddedTicket[]> {
  const { project, bot, clock, createLock, onWritten } = options;
  const read: ReadTicketFile = (path) => readTicketFile(path);
  const readMany: ReadMany<TicketFile> = (look) => look(read);
  const tasks = openTasks(project, {
    bot,
    read,
    readMany: { tasks: readMany, completed: readMany },
    disk: patientDisk,
  });
  // A draft that makes no ticket is found before the first one is written.
  for (const draft of drafts) composeTask(draft, `${project.config.prefix.toUpperCase()}-1`, options);
  await mkdir(tasks.pathOf(''), { recursive: true });
  const added: AddedTicket[] = [];
  for (const draft of drafts) {
    const ticket = await underLock(createLock, clock, async () => {
      const id = await newId(options, tasks);
      const file = ticketFileName(id, draft.title);
      if (await writeNew(tasks.pathOf(file), composeTask(draft, id, options))) return { id, file };
      throw new Failure('TICKET_INVALID', `${tasks.pathOf(file)} is there already; move it away.`);
    });
    await onWritten({ id: ticket.id, path: tasks.pathOf(ticket.file), isNew: true });
    added.push(ticket);
  }
  return added;
}

function composeTask(
  draft: TicketDraft,
  id: string,
  { statuses, bot, now }: Pick<AdopterOptions, 'statuses' | 'bot' | 'now'>,
): string {
  const text = composeTicket(draft, id, now());
  const file = ticketFileName(id, draft.title);
  const parsed = parseTicket(new TextEncoder().encode(text), file);
  const adoption = { id, status: statuses.todo.status, bot, createdDate: '', labels: [] };
  const adopted = parsed.ok ? adoptText(text, parsed.ticket, file, adoption) : null;
  if (adopted?.ok === true) return adopted.text;
  throw new Failure(
    'TICKET_INVALID',
    `"${draft.title}" makes no task: ${adopted?.problem ?? 'it cannot be read'}.`,
  );
}
