import type { Dirent } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { AppliedEdits } from '../agent/apply-edits.ts';
import { addTickets as addToFolders } from '../backlog/add-tickets.ts';
import type { AddedTicket } from '../backlog/add-tickets.ts';
import { composeTicket } from '../backlog/compose-ticket.ts';
import { lintLine } from '../backlog/lint-line.ts';
import type { LintLine } from '../backlog/lint-line.ts';
import { mapBounded } from '../backlog/map-bounded.ts';
import { parseTicket } from '../backlog/parse-ticket.ts';
import { maxTicketBytes } from '../backlog/read-ticket-file.ts';
import { isTicketName, numberedName } from '../backlog/ticket-name.ts';
import type { TicketDraft } from '../backlog/write-ticket.ts';
import type { Environment } from '../config/environment.ts';
import type { Paths } from '../config/paths.ts';
import type { Config } from '../config/schema.ts';
import type { ModelFacts } from '../domain/chat.ts';
import { Failure } from '../domain/failure.ts';
import { checkIdentity } from '../domain/ticket-identity.ts';
import { errorCode } from '../files/disk.ts';
import { readRegular } from '../files/read-regular.ts';
import { writeNew } from '../files/write-new.ts';
import type { Clock } from '../ports.ts';
import { projectOf, taskOptions } from './forge/backlog-project.ts';

/** A file, and what its owner calls it. */
export type Named = { path: string; name: string };

/** `warnings`: what a parsed ticket says that has no effect; looked for when asked. */
export type Linted = { line: LintLine; warnings: () => string[] };

/** Parses tickets in the order of `files`; a file that cannot be read is a line that is not ok. */
export async function* lint(files: readonly Named[], signal: AbortSignal): AsyncGenerator<Linted> {
  for (let from = 0; from < files.length; from += lintBatch) {
    signal.throwIfAborted();
    yield* await mapBounded(files.slice(from, from + lintBatch), 16, lintFile);
  }
}

const lintBatch = 128;

async function lintFile({ path, name }: Named): Promise<Linted> {
  const read = await readRegular(path, maxTicketBytes);
  if (read.kind !== 'read') {
    const error = `${name}: ${read.kind === 'gone' ? 'there is no such file' : read.reason}`;
    return { line: { file: name, ok: false, error, ticket: null }, warnings: () => [] };
  }
  const warnings = (): string[] => {
    const parsed = parseTicket(read.bytes, name);
    if (!parsed.ok) return [];
    const objection = checkIdentity(parsed.ticket, basename(path));
    return objection === null ? parsed.warnings : [...parsed.warnings, `it is held: ${objection}`];
  };
  return { line: lintLine(name, read.bytes), warnings };
}

/** Files as they are named; of a folder the tickets in it and below, without hidden folders. */
export async function listTickets(names: readonly string[], cwd: string): Promise<Named[]> {
  const listed = await mapBounded(names, 16, async (name) => {
    const path = resolve(cwd, name);
    const entries = await entriesOf(path);
    return entries === null ? [{ path, name }] : listEntries(entries, { path, name });
  });
  return listed.flat();
}

async function listEntries(entries: Dirent[], folder: Named): Promise<Named[]> {
  const inOrder = entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const listed = await mapBounded(inOrder, 4, async (entry) => {
    const place = { path: join(folder.path, entry.name), name: join(folder.name, entry.name) };
    if (!entry.isDirectory()) return isTicketName(entry.name) ? [place] : [];
    return entry.name.startsWith('.') ? [] : listEntries((await entriesOf(place.path)) ?? [], place);
  });
  return listed.flat();
}

/** Null when it is no folder. */
async function entriesOf(path: string): Promise<Dirent[] | null> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return null;
    throw error;
  }
}

export type Applied = Pick<AppliedEdits, 'applied' | 'failed'>;

/** Applies a model's reply to a directory under the rules of the coder. */
export async function applyReply(reply: string, directory: string): Promise<Applied> {
  const { applyReply: applyToDirectory } = await import('../agent/apply-edits.ts');
  return applyToDirectory(reply, { directory });
}

export type { AddedTicket, TicketDraft };

/**
 * Writes new tickets under the next free ids, into todo or as tasks of the Backlog.md project; nothing is written when
 * one of them makes no ticket.
 */
export async function addTickets(
  drafts: readonly TicketDraft[],
  { config, paths }: { config: Config; paths: Paths },
  { env, clock, warn }: { env: Environment; clock: Clock; warn: (message: string) => void },
): Promise<AddedTicket[]> {
  const project = projectOf({ config, paths });
  if (project === null)
    return addToFolders(drafts, { folders: paths.folders, idFormat: config.taskIdFormat, now: clock.now() });
  const { addTasks } = await import('../backlog/project/add-tasks.ts');
  return addTasks(drafts, await taskOptions(project, { config, paths, env, clock, warn }));
}

/** Why a draft makes no ticket, or null; whatever id it would get. */
export function proveDraft(draft: TicketDraft, now: Date): string | null {
  try {
    composeTicket(draft, 'task-1', now);
    return null;
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}

/** Puts a copy of a ticket's file into the todo folder, unless the same is there already; the name it has there. */
export async function addFile(file: string, todo: string): Promise<string> {
  const name = basename(file);
  if (!isTicketName(name))
    throw new Failure('BAD_USAGE', `${file} is no ticket; expected a Markdown file, its name ending in .md.`);
  const bytes = await readTicketBytes(file);
  await mkdir(todo, { recursive: true });
  for (let number = 1; ; number += 1) {
    const free = numberedName(name, number);
    const there = await readRegular(join(todo, free), maxTicketBytes);
    if (there.kind === 'read' && there.bytes.equals(bytes)) return free;
    if (there.kind === 'gone' && (await writeNew(join(todo, free), bytes))) return free;
  }
}

async function readTicketBytes(file: string): Promise<Buffer> {
  const read = await readRegular(file, maxTicketBytes);
  if (read.kind === 'gone') throw new Failure('BAD_USAGE', `${file} is not there; expected a ticket's file.`);
  if (read.kind === 'refused') throw new Failure('TICKET_INVALID', `${file}: ${read.reason}.`);
  const parsed = parseTicket(read.bytes, file);
  if (!parsed.ok) throw new Failure('TICKET_INVALID', `${parsed.reason}.`);
  return read.bytes;
}

/** What the model servers have; throws when none answers. */
export async function listModels(config: Config, clock: Clock, signal: AbortSignal): Promise<ModelFacts[]> {
  const { openOllama } = await import('./models/open-ollama.ts');
  const provider = openOllama(config, clock);
  try {
    return await provider.list(signal);
  } finally {
    await provider.close();
  }
}
