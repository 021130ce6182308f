import type { Candidate } from '../domain/admission.ts';
import type { Identity, RunRecord, Task } from '../domain/run.ts';
import { describeTask } from '../domain/plan.ts';
import { repositoryOf } from '../domain/ticket.ts';
import { displayTitle } from '../domain/ticket-identity.ts';
import type { StoredTicket } from '../ports.ts';
import { failedAttempts } from './error-report.ts';
import { ticketOf } from './bench.ts';
import type { Story, StorySettings } from './story.ts';
import { stamp, statusOf } from './story.ts';

/** The little of the story that claiming needs. */
export type Claiming = Pick<Story, 'store' | 'journal' | 'newId'> & {
  settings: () => Pick<StorySettings, 'bot'>;
};

/** A ticket in `processing` that is ours to work on. */
export type Claim = { record: RunRecord; stored: StoredTicket; task: Task };

/**
 * Takes the very ticket that was admitted out of `todo`: intent into the journal, the move, then a look whether the
 * bytes are still those that were read. Null when somebody took, removed or saved the file meanwhile; the next look
 * decides anew.
 */
export async function claimTicket(
  story: Claiming,
  { file, ticket }: Pick<Candidate, 'file' | 'ticket'>,
): Promise<Claim | null> {
  const { store, journal } = story;
  const found = await store.read(file, 'todo');
  if (found === null || found.sha256 !== ticket?.sha256) return null;
  const identity = await journal.identify({ id: found.id, createdDate: found.ticket.createdDate, file });
  const earlier = journal.get(identity.key);
  const task = describeTask(found.ticket, {
    identity,
    title: displayTitle(found.ticket, file),
    bot: story.settings().bot,
  });
  const record = recordOf(story, identity, { found, task, earlier });
  await journal.save({ ...record, move: { from: 'todo', to: 'processing' } });

  const name = await store.transition(file, 'todo', 'processing');
  const moved = name === null ? null : await store.read(name, 'processing');
  if (name === null || moved?.sha256 !== found.sha256) {
    const back = name === null ? null : await store.transition(name, 'processing', 'todo');
    await forgetClaim(story, record, { earlier, file: back ?? file });
    return null;
  }
  const claimed = { ...record, file: name, move: null };
  try {
    await journal.save(claimed);
  } catch (error) {
    // Without its record nobody would know whose it is.
    await store.transition(name, 'processing', 'todo');
    throw error;
  }
  return { record: claimed, stored: moved, task };
}

/** What observers learn of it. */
export function tellClaim({ observe }: Story, { record, task }: Claim, queuedMs: number): void {
  observe({
    type: 'ticket:claimed',
    ...ticketOf({ identity: record, runId: record.runId }),
    file: record.file,
    title: task.title,
    attempt: record.attempts,
    queuedMs,
  });
}

/** Says in the ticket itself that it is at work; resolves when that is written. */
export function noteClaim({ store, clock }: Story, { record: { file } }: Claim): Promise<unknown> {
  const noted = store.edit(file, 'processing', { status: statusOf.processing, updatedDate: stamp(clock) });
  // Whoever waits for it hears of it; nobody may before something else has failed.
  noted.catch(() => undefined);
  return noted;
}

/** Whether a claimed ticket's change is made already and only has to be published. */
export function isMade(record: RunRecord): boolean {
  return record.step === 'committed' || record.step === 'pushed' || record.step === 'published';
}

type Found = { found: StoredTicket; task: Task; earlier: RunRecord | undefined };

function recordOf(story: Claiming, identity: Identity, { found, task, earlier }: Found): RunRecord {
  const { file, sha256, inputHash, ticket } = found;
  const repo = repositoryOf(ticket.wishes) ?? undefined;
  const isThere = earlier !== undefined && earlier.repo === repo;
  if (isThere && isMade(earlier) && sameTask(earlier.publication?.task, task))
    return { ...earlier, file, sha256, inputHash };
  const fresh = {
    ...newRecord(story, identity, found, earlier),
    ...(repo === undefined ? {} : { repo }),
  };
  return isThere && earlier.rework?.isDue === true
    ? { ...fresh, ...publishedPart(earlier), rework: earlier.rework }
    : fresh;
}

/** What a rework keeps of the change that is out: it stands until there is another one. */
function publishedPart(earlier: RunRecord) {
  const { base, branch, head, tree, reviewedTree, publication, pullRequest } = earlier;
  return { base, branch, head, tree, reviewedTree, publication, pullRequest };
}

/** Counts the run that begins; one that was claimed and never came to an end did not count. */
export function nextAttempt(earlier: RunRecord | undefined): number {
  // Whoever moves a settled ticket back by hand wants it to be tried afresh.
  if (earlier === undefined || earlier.step === 'settled') return 1;
  return earlier.step === 'claimed' ? Math.max(1, earlier.attempts) : earlier.attempts + 1;
}

/** The record of a run that begins, with what the ticket's earlier runs have used. */
export function newRecord(
  story: Pick<Story, 'newId'>,
  identity: Identity,
  { file, sha256, inputHash }: Pick<StoredTicket, 'file' | 'sha256' | 'inputHash'>,
  earlier: RunRecord | undefined,
): RunRecord {
  return {
    version: 1,
    ...identity,
    file,
    sha256,
    inputHash,
    runId: story.newId(),
    step: 'claimed',
    move: null,
    edited: false,
    attempts: nextAttempt(earlier),
    retries: earlier?.retries ?? 0,
    spent: earlier?.spent ?? { input: 0, output: 0, requests: 0, usd: 0, minutes: 0 },
    model: null,
    base: null,
    branch: null,
    head: null,
    tree: null,
    reviewedTree: null,
    publication: null,
    hold: null,
    pullRequest: null,
    waitSeconds: earlier?.waitSeconds ?? 0,
    ...(earlier?.split === undefined ? {} : { split: earlier.split }),
    lastError: null,
    history: earlier === undefined ? [] : failedAttempts(earlier),
  };
}

function sameTask(a: Task | undefined, b: Task): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

async function forgetClaim(
  { journal }: Claiming,
  record: RunRecord,
  { earlier, file }: { earlier: RunRecord | undefined; file: string },
): Promise<void> {
  // A person has cancelled it meanwhile.
  if (journal.get(record.key)?.move?.to !== 'processing') return;
  if (earlier === undefined) await journal.remove(record.key);
  else await journal.save({ ...earlier, file });
}
