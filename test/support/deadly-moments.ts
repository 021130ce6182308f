import { performance } from 'node:perf_hooks';
import type { DaemonEvent, FollowedDaemon } from '../../scripts/demo/daemon.ts';
import type { Stage } from '../../src/domain/run.ts';
import type { Fleet } from './fleet.ts';

/** What shows that a worker has come to a moment: an event of its own, or words on its way to Redis. */
type Sign = {
  event?: (event: DaemonEvent) => boolean;
  /** What it sends; lost with it unless there is a `then`. */
  asked?: RegExp;
  /** What it is sent, and never hears. */
  answered?: RegExp;
  /** Its words still arrive, and it hears nothing until this is so: only then it dies. */
  then?: (f: Fleet, seen: { words: string; daemon: FollowedDaemon; taskId: string }) => Promise<unknown>;
};

const stageStarted =
  (stage: Stage) =>
  (event: DaemonEvent): boolean =>
    event.type === 'stage:started' && event.stage === stage;

const parcel = /ticketmill-\d+:parcel:[^\r\n]+/;
const answer = /"kind":"publish"/;

/** From the order in Redis to the coordinator's own copy of the answer, in the order of a worker's life. */
export const moments = {
  claimed: { answered: /"coordinator"/ },
  'making the worktree': { event: stageStarted('open') },
  'worktree ready': { event: stageStarted('code') },
  coding: { event: (event) => event.type === 'agent:step' },
  checking: { event: stageStarted('check') },
  guarding: { event: stageStarted('guard') },
  reviewing: { event: stageStarted('review') },
  bundled: { asked: parcel },
  'objects sent': { asked: parcel, then: ({ redis }, { words }) => existing(redis, parcel.exec(words)?.[0]) },
  'answer on its way': { asked: answer },
  'answer taken': {
    asked: answer,
    then: (_, { daemon, taskId }) => daemon.until('ticket:settled', (event) => event.taskId === taskId),
  },
} satisfies Record<string, Sign>;
export type Moment = keyof typeof moments;

export type Death = { moment: Moment; taskId: string; at: number };

export type Victim = {
  worker: FollowedDaemon;
  /** Resolves when it is dead. */
  death: (daemon: FollowedDaemon) => Promise<Death>;
};

/** Hires a worker that is killed at this moment of its first change. */
export async function killAt(moment: Moment, f: Fleet): Promise<Victim> {
  const sign: Sign = moments[moment];
  const reached = Promise.withResolvers<string>();
  let taskId = '';
  let isDeaf = false;
  let at = 0;
  const strike = (): void => {
    at = performance.now();
    process.kill(worker.pid, 'SIGKILL');
  };
  const comeTo = (words: string): void => {
    isDeaf = true;
    taskId = /Say hello in (task-\d+)/.exec(words)?.[1] ?? taskId;
    if (sign.then === undefined) strike();
    reached.resolve(words);
  };
  const way = await f.wayToRedis({
    asked(words) {
      if (isDeaf || sign.asked?.test(words) !== true) return !isDeaf || sign.then !== undefined;
      comeTo(words);
      return sign.then !== undefined;
    },
    answered(words) {
      if (!isDeaf && sign.answered?.test(words) === true) comeTo(words);
      return !isDeaf;
    },
  });
  const worker = f.hire(
    {
      observe(event) {
        if ('taskId' in event && taskId === '') taskId = event.taskId;
        if (!isDeaf && sign.event?.(event) === true) comeTo('');
      },
    },
    way.url,
  );
  return {
    worker,
    async death(daemon) {
      const words = await reached.promise;
      if (sign.then !== undefined) {
        await sign.then(f, { words, daemon, taskId });
        strike();
      }
      await worker.ended;
      return { moment, taskId, at };
    },
  };
}

async function existing(redis: Fleet['redis'], key = ''): Promise<void> {
  while ((await redis.command('exists', key)) !== 1) await new Promise((resolve) => setImmediate(resolve));
}
