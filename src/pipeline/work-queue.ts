import type { Candidate } from '../domain/admission.ts';
import type { Failure } from '../domain/failure.ts';
import { decideStarts } from './decide-starts.ts';
import type { StartOrder } from './decide-starts.ts';
import { openFastLane } from './fast-lane.ts';
import type { FastLane } from './fast-lane.ts';
import type { BacklogView, Decided } from './look-at-tickets.ts';
import { lookAtTickets, readyOf } from './look-at-tickets.ts';
import { oneAtOnce } from './one-at-once.ts';
import { mendWork } from './recover-work.ts';
import { rememberTickets } from './remember-tickets.ts';
import type { RunEnd } from './run-ticket.ts';
import { openSlots } from './run-slots.ts';
import type { Story } from './story.ts';
import type { WaitList } from './wait-list.ts';

export type QueueOptions = {
  /** Runs that may be at work now, for so many that could begin and so many that go on. */
  concurrency: (demand: { ready: number; running: number }) => number;
  /** Only this file of the inbox; null: all. */
  only: string | null;
  /** Milliseconds after which a file that is still being written is looked at again. */
  quietMs: number;
  waits: WaitList;
  /** Whether a person has paused the work. */
  isPaused: () => Promise<boolean>;
  /** Why nothing can be worked on now, such as a model server that is down; null when all is well. */
  outage: (signal: AbortSignal) => Promise<Failure | null>;
  /** Told of every run that ended. */
  onEnd: (end: RunEnd) => void;
  /** Told after a look when nothing runs, and nothing will begin without somebody's doing. */
  onIdle: (left: readonly Decided[], outage: Failure | null) => void;
  /** A fault of the queue's own surroundings; the next look tries again. */
  onFault: (error: unknown) => void;
};

export interface WorkQueue {
  /** Something may have changed: look. Looks that overlap are one. */
  wake(): void;
  /** Looks now; resolves when that is done. */
  look(): Promise<void>;
  /** The last look, for people; `handedOn` are files that looked mechanical and wait for a model all the same. */
  view(): { decided: readonly Decided[]; outage: Failure | null; handedOn: ReadonlySet<string> };
  /** Ends the run of the ticket with this key; resolves when it has ended, false when it is not at work. */
  cancel(key: string, failure: Failure): Promise<boolean>;
  /** Takes nothing more. Resolves when nothing runs any more. */
  drain(): Promise<void>;
  /** Ends every run with this failure. */
  cut(failure: Failure): void;
}

/** Seconds for which a ticket is left alone when its surroundings are broken: its file, its folder, the disk. */
const faultWait = 10;

/** The tickets' folder is the queue; this only looks at it and keeps as many runs going as it may. */
export function openQueue(story: Story, options: QueueOptions): WorkQueue {
  const closing = new AbortController();
  const memory = rememberTickets(story);
  const lane = openFastLane(story);
  const slots = openSlots(
    story,
    endings(options, lane, () => looks.wake()),
  );
  let last: BacklogView = { decided: [], processing: [], review: [] };
  let outage: Failure | null = null;
  const looks = oneAtOnce(look, { onFault: options.onFault, signal: closing.signal });
  const lookAgainIn = openAlarm(story.clock, looks.wake, closing.signal);

  async function look(): Promise<void> {
    // Before the folders are read: a run that ends meanwhile leaves no orphan behind.
    const atWork = slots.atWork();
    const running = slots.candidates();
    last = chosen(await lookAtTickets(story.store), options.only);
    memory.note(last.decided);
    await atWork.endWithout(last.processing);
    if (await mendWork(story, last.processing, atWork.has)) looks.wake();
    else await fillFrom(last, running);
  }

  async function fillFrom(view: BacklogView, running: readonly Candidate[]): Promise<void> {
    const waiting = readyOf(view.decided).filter((candidate) => !slots.has(candidate));
    const isPaused = await options.isPaused();
    outage = waiting.length === 0 || isPaused ? null : await options.outage(closing.signal);
    const through = await lane.through(waiting, outage);
    const concurrency = options.concurrency({ ready: through.length, running: running.length });
    const order = { waiting: through, running, concurrency };
    const decided = isPaused ? view.decided : await fill(view, order);
    lookAgainIn(soonest(decided, options.quietMs));
    // Who waited for a run that has ended by now is looked at again.
    if (
      running.length + slots.size() === 0 &&
      !decided.some((each) => goesOn(each, isPaused || outage !== null))
    )
      options.onIdle(decided, outage);
  }

  /** Begins what may begin; what was decided, with why the rest may not yet. */
  async function fill(view: BacklogView, order: StartOrder): Promise<readonly Decided[]> {
    const { begin, decided, full } = await decideStarts(story, view, order);
    last = { ...view, decided };
    memory.noteFull(full);
    if (!closing.signal.aborted)
      for (const candidate of begin) slots.start(candidate, memory.queuedMs(candidate.file));
    return decided;
  }

  return {
    wake: looks.wake,
    look: looks.now,
    view: () => ({ decided: last.decided, outage, handedOn: lane.handedOn }),
    cancel: slots.cancel,
    async drain() {
      closing.abort();
      await looks.ended();
      await slots.ended();
    },
    cut: slots.cut,
  };
}

/** What follows when a run ends. */
function endings(options: QueueOptions, lane: FastLane, wake: () => void): Parameters<typeof openSlots>[1] {
  return {
    onEnd(end) {
      lane.note(end);
      if (end.kind === 'requeued') options.waits.hold(end.file, end.waitSeconds);
      options.onEnd(end);
      wake();
    },
    onFault(error, file) {
      options.waits.hold(file, faultWait);
      options.onFault(error);
      wake();
    },
  };
}

/** Rings once, after the time that was asked for last; null: not at all. */
function openAlarm(
  clock: Story['clock'],
  ring: () => void,
  signal: AbortSignal,
): (ms: number | null) => void {
  let set = new AbortController();
  return (ms) => {
    set.abort();
    set = new AbortController();
    if (ms !== null) clock.wait(ms, AbortSignal.any([set.signal, signal])).then(ring, () => undefined);
  };
}

function isOnly({ file, droppedAs }: Candidate, only: string): boolean {
  return file === only || droppedAs === only;
}

function chosen(view: BacklogView, only: string | null): BacklogView {
  if (only === null) return view;
  return { ...view, decided: view.decided.filter(({ candidate }) => isOnly(candidate, only)) };
}

/** Whether a ticket will be taken without anybody's doing, and without waiting for something outside. */
function goesOn({ candidate, admission }: Decided, isBlocked: boolean): boolean {
  return !candidate.settled || (admission.verdict === 'ready' && !isBlocked);
}

/** Milliseconds until the first ticket that waits for time alone; null when there is none. */
function soonest(decided: readonly Decided[], quietMs: number): number | null {
  const waits = decided.flatMap(({ candidate }) => {
    if (!candidate.settled) return [quietMs];
    return candidate.waitSeconds > 0 ? [candidate.waitSeconds * 1000] : [];
  });
  return waits.length === 0 ? null : Math.max(50, Math.min(...waits));
}
