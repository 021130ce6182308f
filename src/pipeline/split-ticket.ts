import type { RunRecord } from '../domain/run.ts';
import type { ProposedPart, SubTicket } from '../domain/sub-ticket.ts';
import { areDone, nameParts } from '../domain/sub-ticket.ts';
import { normaliseId } from '../domain/ticket.ts';
import type { StoredTicket } from '../ports.ts';
import { awaitedParts, splitDoneEnding } from './endings.ts';
import { settleTicket } from './settle-ticket.ts';
import type { Story } from './story.ts';

type Hold = NonNullable<RunRecord['hold']>;

/**
 * Writes the parts that a ticket could be split into as drafts; what it returns is held for a person. Named on record
 * before the first is written: whatever cuts this short, the next run knows what to remove.
 */
export async function proposeParts(
  story: Story,
  record: RunRecord,
  { stored, parts, hold }: { stored: StoredTicket; parts: readonly ProposedPart[]; hold: Hold },
): Promise<RunRecord> {
  const taken = (await story.store.index()).map(({ id }) => id);
  const named = nameParts({ id: record.id, ticket: stored.ticket }, parts, taken).map((part) =>
    redacted(story, part),
  );
  const drafted: RunRecord = { ...record, hold, split: { parts: named, state: 'drafted' } };
  await story.journal.save(drafted);
  await story.drafts.write(named);
  return { ...drafted, split: { parts: named, state: 'proposed' } };
}

/**
 * Begins another run of a ticket that was to be split. Nobody agreed to the parts, so their drafts go; who moves such a
 * ticket back to `todo` wants it to be done as one.
 */
export async function forgetParts(story: Story, record: RunRecord): Promise<RunRecord> {
  const { split, ...rest } = record;
  if (split === undefined) return record;
  await story.drafts.discard(split.parts);
  return split.state === 'drafted' ? rest : { ...rest, split: { parts: [], state: 'proposed' } };
}

/** Closes the tickets whose parts are all done. */
export async function closeSplits(story: Story): Promise<void> {
  const waiting = story.journal.all().filter((record) => isWaiting(record));
  if (waiting.length === 0) return;
  const listed = await story.store.index();
  const states = new Map(listed.map(({ id, state }) => [normaliseId(id), state] as const));
  for (const record of waiting) {
    if (!areDone(record.split?.parts ?? [], (id) => states.get(id))) continue;
    const ending = { ...splitDoneEnding(record), stage: 'review', elapsedMs: 0 };
    await settleTicket(story, record, { from: 'review', ending });
  }
}

function isWaiting(record: RunRecord): boolean {
  const { step, move, hold, lastError } = record;
  const isSettled = step === 'settled' && move === null && hold === null && lastError === null;
  return isSettled && awaitedParts(record) !== null;
}

/** A model may have read a secret and put it into words. */
function redacted({ redact }: Story, part: SubTicket): SubTicket {
  const { title, description, criteria } = part;
  return { ...part, title: redact(title), description: redact(description), criteria: criteria.map(redact) };
}
