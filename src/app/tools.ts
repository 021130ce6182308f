import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { AppliedEdits } from '../agent/apply-edits.ts';
import { applyReply as applyToDirectory } from '../agent/apply-edits.ts';
import { lintLine } from '../backlog/lint-line.ts';
import type { LintLine } from '../backlog/lint-line.ts';
import { mapBounded } from '../backlog/map-bounded.ts';
import { parseTicket } from '../backlog/parse-ticket.ts';
import { maxTicketBytes } from '../backlog/read-ticket-file.ts';
import { isTicketName } from '../backlog/ticket-name.ts';
import { errorCode } from '../files/disk.ts';
import { readRegular } from '../files/read-regular.ts';

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
    return parsed.ok ? parsed.warnings : [];
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
export function applyReply(reply: string, directory: string): Promise<Applied> {
  return applyToDirectory(reply, { directory });
}
