import type { Failure } from '../../src/domain/failure.ts';
import type { Decided } from '../../src/pipeline/look-at-tickets.ts';
import type { RunEnd } from '../../src/pipeline/run-ticket.ts';
import type { Story } from '../../src/pipeline/story.ts';
import type { QueueOptions, WorkQueue } from '../../src/pipeline/work-queue.ts';
import { openQueue } from '../../src/pipeline/work-queue.ts';
import type { TestStory } from './story.ts';

export type Work = {
  queue: WorkQueue;
  ends: RunEnd[];
  faults: unknown[];
  /** Resolves at the next look after which nothing goes on by itself. */
  idle: () => Promise<{ left: readonly Decided[]; outage: Failure | null }>;
  /** Resolves at the next fault. */
  fault: () => Promise<unknown>;
};

type Idle = { left: readonly Decided[]; outage: Failure | null };

/** A queue over a test's story, nothing begun yet. */
export function openWork(
  { waits }: TestStory,
  story: Story,
  options: Partial<Omit<QueueOptions, 'waits'>> = {},
): Work {
  const ends: RunEnd[] = [];
  const faults: unknown[] = [];
  let idle = Promise.withResolvers<Idle>();
  let fault = Promise.withResolvers<unknown>();
  const queue = openQueue(story, {
    concurrency: () => 1,
    only: null,
    quietMs: 2000,
    waits,
    isPaused: () => Promise.resolve(false),
    outage: () => Promise.resolve(null),
    ...options,
    onEnd(end) {
      ends.push(end);
      options.onEnd?.(end);
    },
    onIdle(left, outage) {
      idle.resolve({ left, outage });
      idle = Promise.withResolvers();
      options.onIdle?.(left, outage);
    },
    onFault(error) {
      faults.push(error);
      fault.resolve(error);
      fault = Promise.withResolvers();
    },
  });
  return { queue, ends, faults, idle: () => idle.promise, fault: () => fault.promise };
}

/** Lets the queue work until nothing goes on by itself, and closes it. */
export async function workUntilIdle(
  opened: TestStory,
  options: Parameters<typeof openWork>[2] = {},
): Promise<Pick<Work, 'ends' | 'faults'> & Idle> {
  const { queue, ends, faults, idle } = openWork(opened, opened.story, options);
  const reached = idle();
  queue.wake();
  const { left, outage } = await reached;
  await queue.drain();
  return { ends, faults, left, outage };
}

/** Lets the queue work until nothing goes on, however long the tickets have to wait. */
export async function workToEnd(opened: TestStory, story: Story): Promise<void> {
  const { queue, faults, idle, fault } = openWork(opened, story);
  try {
    let reached = idle();
    queue.wake();
    for (;;) {
      const left = await Promise.race([reached.then((end) => end.left), fault().then(() => null)]);
      if (left === null) throw faults[0];
      const waits = left.map(({ candidate }) => candidate.waitSeconds).filter((seconds) => seconds > 0);
      if (waits.length === 0) return;
      reached = idle();
      await opened.clock.advance(Math.max(...waits) * 1000 + 1);
    }
  } finally {
    await queue.drain();
  }
}
