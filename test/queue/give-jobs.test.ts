import { afterEach, describe, expect, it } from '@jest/globals';
import type { Event } from '../../src/domain/event.ts';
import { Failure } from '../../src/domain/failure.ts';
import type { Plan } from '../../src/domain/run.ts';
import type { ChangeOrder } from '../../src/ports.ts';
import type { JobGiver } from '../../src/queue/give-jobs.ts';
import { openJobGiver } from '../../src/queue/give-jobs.ts';
import type { TakenJob } from '../../src/queue/take-jobs.ts';
import { takeJobs } from '../../src/queue/take-jobs.ts';
import type { JobResult } from '../../src/queue/wire.ts';
import { door } from '../support/hold.ts';
import { realClock } from '../support/real-clock.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { hasRedis, startRedis } from '../support/redis-server.ts';

const describeHere = hasRedis ? describe : describe.skip;
const secret = ['kept', 'to', 'ourselves'].join('-');
const spent = { input: 10, output: 2, requests: 1, usd: 0 };
const held: JobResult = { kind: 'hold', change: null, code: 'QUESTION', reason: `Which? ${secret}`, spent };

let opened = new AsyncDisposableStack();
afterEach(async () => {
  const before = opened;
  opened = new AsyncDisposableStack();
  await before.disposeAsync();
});

describeHere('jobs for other machines (need redis-server)', () => {
  it('are made there; answer, events and usage come back, and no secret passes', async () => {
    const redis = opened.use(await startRedis());
    const seen: TakenJob[] = [];
    await hire(redis, async (job) => {
      seen.push(job);
      job.observe({ type: 'stage:started', taskId: 'x', runId: 'x', key: 'x', stage: 'code' });
      job.observe({ type: 'daemon:warning', message: 'no event of a change' });
      await job.onSpent(spent);
      return held;
    });
    const events: Event[] = [];
    const giver = await open(redis, events);
    const used: unknown[] = [];

    const { result, parcel } = await giver.make(given('task-1', secret), unaborted(), (now) => {
      used.push(now);
      return Promise.resolve();
    });

    expect(result).toEqual({ ...held, reason: 'Which? ***' });
    expect(parcel).toBeNull();
    expect(seen[0]?.order.task).toMatchObject({ title: 'task-1', brief: 'Say ***.' });
    expect(used).toEqual([spent]);
    const about = { taskId: 'task-1', runId: 'run-task-1', key: 'k'.repeat(64) };
    expect(events).toEqual([{ type: 'stage:started', ...about, stage: 'code' }]);
    expect(await textOf(redis)).not.toContain(secret);
  });

  it('go to the most urgent first', async () => {
    const redis = opened.use(await startRedis());
    const gate = door();
    const order: string[] = [];
    await hire(redis, async ({ order: { task } }) => {
      order.push(task.title);
      await gate.pass();
      return held;
    });
    const giver = await open(redis);
    const made = [make(giver, given('first'))];
    await gate.reached;
    for (const [title, priority] of [
      ['low', 'low'],
      ['none', undefined],
      ['critical', 'Critical'],
    ] as const)
      made.push(make(giver, given(title, '', priority)));
    await eventually(async () => Number(await redis.command('zcard', 'bull:ticketmill-1:prioritized')) === 3);
    gate.open();
    await Promise.all(made);
    expect(order).toEqual(['first', 'critical', 'low', 'none']);
  });

  it('are given out anew when Redis has lost them, and the first worker is stopped', async () => {
    const redis = opened.use(await startRedis());
    const epochs: string[] = [];
    const stopped = Promise.withResolvers<unknown>();
    await hire(
      redis,
      (job, signal) => {
        epochs.push(job.id.replace(/.*-/, ''));
        if (epochs.length > 1) return Promise.resolve(held);
        signal.addEventListener('abort', () => stopped.resolve(signal.reason));
        return stopped.promise.then(() => held);
      },
      2,
    );
    const giver = await open(redis);
    const made = make(giver, given('task-1'));
    await eventually(() => Promise.resolve(epochs.length === 1));
    await redis.command('flushall');

    expect(await made).toMatchObject({ result: { kind: 'hold' } });
    expect(epochs).toEqual(['1', '2']);
    expect(giver.view().lost).toBe(1);
    expect(await stopped.promise).toMatchObject({ code: 'INTERRUPTED' });
  }, 60_000);

  it('are called off with the ticket', async () => {
    const redis = opened.use(await startRedis());
    const begun = door();
    const reason = Promise.withResolvers<unknown>();
    await hire(redis, async (_, signal) => {
      signal.addEventListener('abort', () => {
        reason.resolve(signal.reason);
        begun.open();
      });
      await begun.pass();
      return held;
    });
    const giver = await open(redis);
    const cancelled = new AbortController();
    const made = giver.make(given('task-1'), cancelled.signal, () => Promise.resolve());
    await begun.reached;
    cancelled.abort(new Failure('CANCELLED', 'no longer wanted'));

    await expect(made).rejects.toMatchObject({ code: 'CANCELLED', message: 'no longer wanted' });
    expect(await reason.promise).toMatchObject({ code: 'CANCELLED' });
  });

  it('are not given out where nobody takes them, and other versions are named', async () => {
    const redis = opened.use(await startRedis());
    const old = { id: 'old-1', host: 'old', version: '0.0.9', wire: 0, slots: 1, busy: 0, isDraining: false };
    await redis.command('set', 'ticketmill:worker:old-1', JSON.stringify(old));
    await redis.command('sadd', 'ticketmill:workers', 'old-1', 'gone');
    const giver = await open(redis);

    expect(giver.outage()).toMatchObject({ code: 'NO_WORKER' });
    expect(giver.outage()?.message).toContain('old-1 0.0.9');
    expect(giver.slots()).toBe(0);
    await expect(make(giver, given('task-1'))).rejects.toMatchObject({ code: 'NO_WORKER' });
    expect(await redis.command('smembers', 'ticketmill:workers')).toEqual(['old-1']);
  });
});

async function open(redis: RedisServer, events: Event[] = []): Promise<JobGiver> {
  const giver = await openJobGiver({
    url: redis.url,
    password: null,
    coordinator: 'c1',
    version: '1.0.0',
    clock: realClock,
    observe: (event) => void events.push(event),
    redact: (text) => text.replaceAll(secret, '***'),
  });
  opened.defer(() => giver.close());
  return giver;
}

async function hire(
  redis: RedisServer,
  make: (job: TakenJob, signal: AbortSignal) => Promise<JobResult>,
  slots = 1,
): Promise<void> {
  const taker = await takeJobs({
    url: redis.url,
    password: null,
    id: 'w1',
    host: 'here',
    version: '1.0.0',
    slots,
    clock: realClock,
    make,
    redact: (text) => text.replaceAll(secret, '***'),
    onOutage: () => undefined,
  });
  opened.defer(() => taker.drain());
}

function make(giver: JobGiver, order: ReturnType<typeof given>) {
  return giver.make(order, unaborted(), () => Promise.resolve());
}

function given(title: string, words = '', priority?: string): { repository: string; order: ChangeOrder } {
  const order: ChangeOrder = {
    identity: { key: 'k'.repeat(64), id: title, created: '' },
    runId: `run-${title}`,
    task: { id: title, title, brief: `Say ${words}.`, criteria: [], notes: '' },
    plan: {} as Plan,
    file: `${title}.md`,
    ...(priority === undefined ? {} : { priority }),
  };
  return { repository: 'https://example.org/a.git', order };
}

/** Everything that Redis holds, as text. */
async function textOf(redis: RedisServer): Promise<string> {
  const names = (await redis.command('keys', '*')) as string[];
  const dumps = await Promise.all(names.map((name) => redis.command('dump', name)));
  return JSON.stringify([names, dumps]);
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
}

function unaborted(): AbortSignal {
  return new AbortController().signal;
}
