import type { Candidate } from '../domain/admission.ts';
import { Failure } from '../domain/failure.ts';
import type { RunRecord } from '../domain/run.ts';
import { normaliseId } from '../domain/ticket.ts';
import type { StoredTicket } from '../ports.ts';
import type { RunEnd } from './run-ticket.ts';
import { runTicket } from './run-ticket.ts';
import { isThere } from './settle-ticket.ts';
import type { Story } from './story.ts';

export type RunSlots = {
  size: () => number;
  /** What is at work, as it lay in the inbox. */
  candidates: () => Candidate[];
  /** Whether this file of the inbox, or another with its id, is being worked on. */
  has: (candidate: Candidate) => boolean;
  /** What is at work now, to be compared with folders that are read after it. */
  atWork: () => AtWork;
  start: (candidate: Candidate, queuedMs: number) => void;
  /** Ends the run of a ticket; resolves when it has ended, false when there is none. */
  cancel: (key: string, failure: Failure) => Promise<boolean>;
  cut: (failure: Failure) => void;
  /** Resolves when everything that runs now has ended. */
  ended: () => Promise<void>;
};

export type AtWork = {
  /** Whether a file of `processing` has a run; one that is about to claim its ticket may have any. */
  has: (file: string) => boolean;
  /** Ends the runs whose tickets a person took out of `processing` meanwhile. */
  endWithout: (processing: readonly StoredTicket[]) => Promise<void>;
};

/** `record` is null until the ticket is claimed. */
type Running = {
  candidate: Candidate;
  id: string;
  record: RunRecord | null;
  controller: AbortController;
  ended: Promise<void>;
};

const taken = new Failure('CANCELLED', 'A person took the ticket away while it was at work.');

/** The runs at work, by the name under which their ticket lay in the inbox. */
export function openSlots(
  story: Story,
  { onEnd, onFault }: { onEnd: (end: RunEnd) => void; onFault: (error: unknown, file: string) => void },
): RunSlots {
  const running = new Map<string, Running>();

  function start(candidate: Candidate, queuedMs: number): void {
    const { file } = candidate;
    const controller = new AbortController();
    const run: Running = {
      candidate,
      id: normaliseId(candidate.id),
      record: null,
      controller,
      ended: Promise.resolve(),
    };
    const onClaim = (record: RunRecord): void => {
      run.record = record;
    };
    running.set(file, run);
    run.ended = runTicket(story, { candidate, queuedMs, onClaim }, controller.signal)
      .finally(() => running.delete(file))
      .then(onEnd, (error: unknown) => onFault(error, file));
  }

  return {
    size: () => running.size,
    candidates: () => [...running.values()].map(({ candidate }) => candidate),
    has: ({ file, id }) =>
      running.has(file) || [...running.values()].some((run) => run.id === normaliseId(id)),
    atWork() {
      const runs = [...running.values()];
      const claimed = new Map(runs.map((run) => [run.record?.file ?? null, run]));
      return {
        has: (file) => claimed.has(null) || claimed.has(file),
        async endWithout(processing) {
          const there = new Set(processing.map(({ file }) => file));
          for (const [file, run] of claimed)
            // What cannot be read as a ticket any more is not in the list, and still there.
            if (file !== null && !there.has(file) && !(await isThere(story, file, 'processing')))
              run.controller.abort(taken);
        },
      };
    },
    start,
    async cancel(key, failure) {
      const run = [...running.values()].find((each) => each.record?.key === key);
      run?.controller.abort(failure);
      await run?.ended;
      return run !== undefined;
    },
    cut(failure) {
      for (const run of running.values()) run.controller.abort(failure);
    },
    async ended() {
      await Promise.all([...running.values()].map((run) => run.ended));
    },
  };
}
