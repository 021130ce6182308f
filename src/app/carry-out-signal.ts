import type { Signal } from '../domain/signal.ts';
import { Failure } from '../domain/failure.ts';
import type { RunRecord } from '../domain/run.ts';
import { normaliseId } from '../domain/ticket.ts';
import { issueId } from '../pipeline/take-issue.ts';
import type { ForgePeople } from '../ports.ts';
import type { Actions } from './act-on-command.ts';
import type { Rooms } from './open-rooms.ts';

export type SignalEffects = {
  /** Those of the root's own repository; null where it has no forge with people. */
  people: ForgePeople | null;
  act: Actions;
  /** Asks the forge how the pull request of this record stands, and does what that means. */
  follow: (key: string) => Promise<void>;
  take: (issue: Extract<Signal, { type: 'issue-labelled' }>['issue'], labelledBy: string) => Promise<void>;
};

/** What a delivery causes. Done twice it does no more than once. */
export async function carryOutSignal(
  { story }: Pick<Rooms, 'story'>,
  signal: Signal,
  effects: SignalEffects,
): Promise<void> {
  const all = story.journal.all();
  switch (signal.type) {
    case 'ping':
      return;
    case 'pull-request':
      return followAll(
        all.filter(({ repo, pullRequest }) => repo === signal.repo && pullRequest?.number === signal.number),
        effects,
      );
    case 'commit':
      return followAll(
        all.filter(({ repo, head }) => repo === signal.repo && head === signal.sha),
        effects,
      );
    case 'issue-labelled':
      return effects.take(signal.issue, signal.sender);
    case 'issue-closed': {
      // Whoever closes it wants it no more; what is at work or further is left to a decision about its change.
      const listed = await story.store.index();
      const waiting = listed.find((each) => each.state === 'todo' && isOf(each.id, signal.number));
      if (waiting !== undefined) await effects.act.cancel({ id: waiting.file }, never);
      return;
    }
    case 'command':
      return command(story, signal, effects);
  }
}

const never = new AbortController().signal;

async function followAll(records: readonly RunRecord[], { follow }: SignalEffects): Promise<void> {
  for (const { key } of records) await follow(key);
}

function isOf(id: string, number: number): boolean {
  return normaliseId(id) === normaliseId(issueId(number));
}

/** Of whoever may write, about the ticket of this issue or of this pull request. */
async function command(
  { store, journal, observe }: Rooms['story'],
  { command: name, number, sender }: Extract<Signal, { type: 'command' }>,
  { people, act }: SignalEffects,
): Promise<void> {
  const record = journal
    .all()
    .find(({ repo, pullRequest }) => repo === undefined && pullRequest?.number === number);
  const listed = await store.index();
  const file = record?.file ?? listed.find(({ id }) => isOf(id, number))?.file;
  if (file === undefined) return;
  const tell = (message: string): void => observe({ type: 'daemon:warning', message });
  if (people === null || !(await people.mayWrite(sender))) {
    tell(`/ticketmill ${name} of ${sender} was not done: they may not write to the repository.`);
    return;
  }
  try {
    if (name === 'retry')
      await act['retry-failed']({ id: file, maxAgeDays: null, dryRun: false, force: true }, never);
    else await act[name]({ id: file }, never);
  } catch (error) {
    if (!(error instanceof Failure) || error.isInfrastructure) throw error;
    tell(`/ticketmill ${name} of ${sender} was not done: ${error.message}`);
  }
}
