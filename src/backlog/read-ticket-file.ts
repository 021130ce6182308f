import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Ticket } from '../domain/ticket.ts';
import type { TicketSummary } from '../domain/ticket-summary.ts';
import { summarise } from '../domain/ticket-summary.ts';
import { checkIdentity } from '../domain/ticket-identity.ts';
import { idFromFileName } from '../domain/ticket.ts';
import { readRegular } from '../files/read-regular.ts';
import type { ReadingDisk } from '../files/reading-disk.ts';
import { patientDisk } from '../files/reading-disk.ts';
import type { Stamp } from '../files/stamp.ts';
import type { Suspects } from './mark-suspect.ts';
import { parseTicket } from './parse-ticket.ts';

/** `stamp` tells which version was read; null when not a byte of it was. */
type NoTicket = { kind: 'refused'; reason: string; stamp: Stamp | null } | { kind: 'gone' };

export type TicketFile =
  { kind: 'ticket'; id: string; ticket: Ticket; sha256: string; inputHash: string; stamp: Stamp } | NoTicket;

export type SummaryFile = { kind: 'ticket'; id: string; summary: TicketSummary; stamp: Stamp } | NoTicket;

export const maxTicketBytes = 256 * 1024;

/** `seen` is the version that whoever asks has just seen there. */
export type ReadFile<Found> = (path: string, seen?: Stamp) => Promise<Found>;
export type ReadTicketFile = ReadFile<TicketFile>;

/** What was read of a version before; null when that is not remembered, and so has to be read. */
export type RecallFile<Found> = (path: string, seen: Stamp) => Found | null;

/** A look over the files of one folder, which may be told what was read of them before. */
export type ReadMany<Found> = <Result>(look: (read: ReadFile<Found>) => Promise<Result>) => Promise<Result>;

/** The same for whoever asks first what is remembered. */
export type RecallMany<Found> = <Result>(
  look: (read: ReadFile<Found>, recall: RecallFile<Found>) => Promise<Result>,
) => Promise<Result>;

export type Reading = {
  /** What surrounds the parsing of bytes that anybody may have written. */
  during?: Suspects['during'];
  disk?: ReadingDisk;
};

export async function readTicketFile(
  path: string,
  { during = bare, disk = patientDisk }: Reading = {},
): Promise<TicketFile> {
  const file = basename(path);
  const read = await readRegular(path, maxTicketBytes, disk);
  if (read.kind === 'gone') return read;
  if (read.kind === 'refused') return { kind: 'refused', reason: `${file}: ${read.reason}`, stamp: null };
  const { bytes, stamp } = read;
  const parsed = during(path, stamp, () => parseTicket(bytes, file));
  if (!parsed.ok) return { kind: 'refused', reason: parsed.reason, stamp };
  const { ticket } = parsed;
  const objection = checkIdentity(ticket, file);
  if (objection !== null) return { kind: 'refused', reason: `${file}: ${objection}`, stamp };
  const id = ticket.id === '' ? idFromFileName(file) : ticket.id;
  return { kind: 'ticket', id, ticket, sha256: sha256(bytes), inputHash: hashInput(ticket), stamp };
}

export async function readSummary(
  path: string,
  read: (path: string) => Promise<TicketFile>,
): Promise<SummaryFile> {
  const found = await read(path);
  if (found.kind !== 'ticket') return found;
  const { id, ticket, sha256, stamp } = found;
  return { kind: 'ticket', id, summary: summarise(ticket, { file: basename(path), sha256 }), stamp };
}

const bare: Suspects['during'] = (_path, _stamp, parse) => parse();

/** Over what a run is made from. Status, dates, references, comments and summary, which we write, are not among it. */
function hashInput(ticket: Ticket): string {
  const { title, brief, implementationPlan = '', implementationNotes = '', wishes } = ticket;
  const criteria = ticket.acceptanceCriteriaItems.map(({ text }) => text);
  return sha256(JSON.stringify([title, brief, criteria, implementationPlan, implementationNotes, wishes]));
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
