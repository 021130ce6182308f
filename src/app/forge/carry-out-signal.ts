import type { Signal } from '../../domain/signal.ts';
import { Failure } from '../../domain/failure.ts';
import type { RunRecord } from '../../domain/run.ts';
import { isCalled } from '../../domain/ticket.ts';
import { issueId } from '../../pipeline/take-issue.ts';
import type { Actions } from '../act-on-command.ts';
import type { Desk } from './open-desks.ts';
import type { Rooms } from '../open-rooms.ts';

export type SignalEffects = {
  /** Of the repository that it is about. */
  desk: Pick<Desk, 'repo' | 'names' | 'people' | 'issues'>;
  act: Actions;
  /** Asks the forge how the pull request of this record stands, and does what that means. */
  follow: (key: string) => Promise<void>;
};

/** What a delivery causes. Done twice it does no more than once. */
export async function carryOutSignal(
  { story }: Pick<Rooms, 'story'>,
  signal: Signal,
  effects: SignalEffects,
): Promise<void> {
  const { repo, issues } = effects.desk;
  const all = recordsAt(effects.desk, story);
  switch (signal.type) {
    case 'ping':
      return;
    case 'pull-request':
      return followAll(
        all.filter(({ pullRequest }) => pullRequest?.number === signal.number),
        effects,
      );
    case 'commit':
      return followAll(
        all.filter(({ head }) => head === signal.sha),
        effects,
      );
    case 'issue-labelled':
      return issues.take(signal.issue, signal.sender);
    case 'issue-closed': {
      // Whoever closes it wants it no more; what is at work or further is left to a decision about its change.
      const listed = await story.store.index();
      const waiting = listed.find(
        (each) => each.state === 'todo' && isCalled(each, issueId(signal.number, repo)),
      );
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

/** Runs of tickets about this repository, whichever of its names they gave. */
function recordsAt(
  { names }: Pick<Desk, 'names'>,
  { journal }: Pick<Rooms['story'], 'journal'>,
): RunRecord[] {
  return journal.all().filter(({ repo = null }) => names.has(repo));
}

/** Of whoever may write, about the ticket of this issue or of this pull request. */
async function command(
  story: Rooms['story'],
  { command: name, number, sender }: Extract<Signal, { type: 'command' }>,
  { desk, act }: SignalEffects,
): Promise<void> {
  const record = recordsAt(desk, story).find(({ pullRequest }) => pullRequest?.number === number);
  const listed = await story.store.index();
  const file = record?.file ?? listed.find((each) => isCalled(each, issueId(number, desk.repo)))?.file;
  if (file === undefined) return;
  const tell = (message: string): void => story.observe({ type: 'daemon:warning', message });
  if (!(await desk.people.mayWrite(sender))) {
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
