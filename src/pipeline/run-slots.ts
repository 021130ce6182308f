import type { Failure } from '../domain/failure.ts';
import type { RunEnd } from './run-ticket.ts';
import { runTicket } from './run-ticket.ts';
import type { Story } from './story.ts';

export type RunSlots = {
  size: () => number;
  /** Whether this file of the inbox is being worked on. */
  has: (file: string) => boolean;
  /** The tickets that are at work now, by key; a run that has not said yet which one it has may have any. */
  atWork: () => (key: string) => boolean;
  start: (file: string, queuedMs: number) => void;
  /** Ends the run of a ticket; resolves when it has ended, false when there is none. */
  cancel: (key: string, failure: Failure) => Promise<boolean>;
  cut: (failure: Failure) => void;
  /** Resolves when everything that runs now has ended. */
  ended: () => Promise<void>;
};

/** `key` is null until the ticket is claimed. */
type Running = { key: string | null; controller: AbortController; ended: Promise<void> };

/** The runs at work, by the name under which their ticket lay in the inbox. */
export function openSlots(
  story: Story,
  { onEnd, onFault }: { onEnd: (end: RunEnd) => void; onFault: (error: unknown) => void },
): RunSlots {
  const running = new Map<string, Running>();

  function start(file: string, queuedMs: number): void {
    const controller = new AbortController();
    const run: Running = { key: null, controller, ended: Promise.resolve() };
    const onClaim = (key: string): void => {
      run.key = key;
    };
    running.set(file, run);
    run.ended = runTicket(story, { file, queuedMs, onClaim }, controller.signal)
      .finally(() => running.delete(file))
      .then(onEnd, onFault);
  }

  return {
    size: () => running.size,
    has: (file) => running.has(file),
    atWork() {
      const keys = new Set([...running.values()].map((run) => run.key));
      return (key) => keys.has(null) || keys.has(key);
    },
    start,
    async cancel(key, failure) {
      const run = [...running.values()].find((each) => each.key === key);
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
