import { describe, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import type { Event } from '../../src/domain/event.ts';
import { Failure } from '../../src/domain/failure.ts';
import type { Plan } from '../../src/domain/run.ts';
import type { ChangeOrder } from '../../src/ports.ts';
import type { GiveOptions } from '../../src/queue/flights.ts';
import type { JobGiver } from '../../src/queue/give-jobs.ts';
import { openJobGiver } from '../../src/queue/give-jobs.ts';
import { askSpentToday } from '../../src/queue/known-coordinators.ts';
import { firstTry, openRedis, redisOptions } from '../../src/queue/redis.ts';
import type { JobTaker, TakenJob } from '../../src/queue/take-jobs.ts';
import { takeJobs } from '../../src/queue/take-jobs.ts';
import type { JobResult } from '../../src/queue/wire.ts';
import { door } from '../support/hold.ts';
import { hurriedClock } from '../support/hurried-clock.ts';
import { realClock } from '../support/real-clock.ts';
import { openRedisGate } from '../support/redis-gate.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { releasedAfterEach } from '../support/released-after-each.ts';
import { hasRedis, startRedis } from '../support/redis-server.ts';

const describeHere = hasRedis ? describe : describe.skip;
const secret = ['kept', 'to', 'ourselves'].join('-');
const spent = { input: 10, output: 2, requests: 1, usd: 0 };
const held: JobResult = { kind: 'hold', change: null, code: 'QUESTION', reason: `Which? ${secret}`, spent };

const opened = releasedAfterEach();

describeHere('jobs for other machines (need redis-server)', () => {
  it('are made there; answer, events and usage come back, and no secret passes', async () => {
    const redis = opened().use(await startRedis());
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
    const redis = opened().use(await startRedis());
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
    const redis = opened().use(await startRedis());
    const tries: string[] = [];
    const stopped = Promise.withResolvers<unknown>();
    const begun = door();
    await hire(
      redis,
      async (job, signal) => {
        if (tries.push(`begun ${job.id.replace(/.*-/, '')}`) > 1) return { ...held, spent: job.spentBefore };
        signal.addEventListener('abort', () => stopped.resolve(signal.reason));
        await job.onSpent(spent);
        begun.open();
        await stopped.promise;
        tries.push('ended');
        return held;
      },
      2,
    );
    const giver = await open(redis);
    const heard = door();
    const made = giver.make(given('task-1'), unaborted(), heard.pass);
    await Promise.all([begun.pass(), heard.reached]);
    await redis.command('flushall');

    expect(await made).toMatchObject({ result: { kind: 'hold', spent }, spent });
    // Both would work in the same worktree.
    expect(tries).toEqual(['begun 1', 'ended', 'begun 2']);
    expect(giver.view().lost).toBe(1);
    expect(await stopped.promise).toMatchObject({ code: expect.stringMatching(/CANCELLED|INTERRUPTED/) });
  }, 60_000);

  it('that come again to the worker that has them begin again when the earlier try has ended', async () => {
    const redis = opened().use(await startRedis());
    const tries: string[] = [];
    const begun = Promise.withResolvers<string>();
    await hire(
      redis,
      async (job, signal) => {
        if (tries.push('begun') > 1) return held;
        const stopped = new Promise((resolve) => signal.addEventListener('abort', resolve));
        begun.resolve(job.id);
        await stopped;
        tries.push('ended');
        return held;
      },
      2,
    );
    const giver = await open(redis);
    const made = make(giver, given('task-1'));
    const id = await begun.promise;
    // As if its lock had ended and somebody had missed it.
    await redis.command('del', `bull:ticketmill-1:${id}:lock`);
    await redis.command('lrem', 'bull:ticketmill-1:active', '1', id);
    await redis.command('zadd', 'bull:ticketmill-1:prioritized', '1', id);
    await redis.command('zadd', 'bull:ticketmill-1:marker', '0', '0');

    expect((await made).result).toMatchObject({ kind: 'hold' });
    expect(tries).toEqual(['begun', 'ended', 'begun']);
  }, 60_000);

  it('go to another worker when theirs is to end at once', async () => {
    const redis = opened().use(await startRedis());
    const begun: string[] = [];
    const first = door();
    const leaving = await hire(redis, async (_, signal) => {
      begun.push('here');
      const stopped = new Promise((resolve) => signal.addEventListener('abort', resolve));
      first.open();
      await stopped;
      return held;
    });
    const giver = await open(redis);
    const made = make(giver, given('task-1'));
    await first.pass();
    const drained = leaving.drain();
    leaving.giveBack();
    await drained;
    await hire(redis, () => Promise.resolve((begun.push('there'), held)));

    expect((await made).result).toMatchObject({ kind: 'hold' });
    expect(begun).toEqual(['here', 'there']);
  });

  it('stay with a worker that takes no more and still makes them, be it the last', async () => {
    const redis = opened().use(await startRedis());
    const gate = door();
    const worker = await hire(redis, () => gate.pass().then(() => held));
    const clock = hurriedClock(1000);
    const giver = await open(redis, [], { clock });
    const made = make(giver, given('task-1'));
    await gate.reached;
    const drained = worker.drain();
    await eventually(() => Promise.resolve(giver.outage()?.code === 'NO_WORKER'));
    await clock.wait(120_000);
    gate.open();

    expect((await made).result).toMatchObject({ kind: 'hold' });
    await drained;
  });

  it('are called off with the ticket', async () => {
    const redis = opened().use(await startRedis());
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

  it('are called off with the ticket while it is found out that the objects are lost', async () => {
    const redis = opened().use(await startRedis());
    const cancelled = new AbortController();
    const asked = (words: string): boolean => {
      if (words.includes('parcel')) cancelled.abort(new Failure('CANCELLED', 'no longer wanted'));
      return true;
    };
    const gate = opened().use(await openRedisGate(redis.url, { asked }));
    const sha = 'a'.repeat(40);
    const parcel = { key: 'ticketmill-1:parcel:gone', commit: sha, base: sha, tree: sha, sha256: '' };
    const checks = { tree: sha, results: [] };
    const change = { parcel, checks, remarks: [], verdict: null, model: 'm', summary: '' };
    await hire(redis, () => Promise.resolve({ kind: 'publish', change, spent }));
    const giver = await open(gate);

    const made = giver.make(given('task-1'), cancelled.signal, () => Promise.resolve());
    await expect(made).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('share one budget of the day, which no worker passes unheard', async () => {
    const redis = opened().use(await startRedis());
    const known: unknown[] = [];
    await hire(redis, async (job, signal) => {
      await job.onSpent({ ...spent, usd: 1.5 });
      await eventually(async () => (await job.spentToday(signal)) === 1.5);
      await redis.command('del', 'ticketmill-1:coordinator:c1');
      // Answered by the next look of the coordinator.
      known.push(job.dayLimit, await job.spentToday(signal));
      return held;
    });
    let today = 0;
    const giver = await open(redis, [], { spentToday: () => today, dayLimit: 2 });
    await giver.make(given('task-1'), unaborted(), ({ usd }) => Promise.resolve(void (today = usd)));
    expect(known).toEqual([2, 1.5]);

    const client = openRedis({ url: redis.url, password: null });
    opened().defer(() => client.disconnect());
    await firstTry(client);
    const asked = askSpentToday(client, { id: 'nobody', clock: hurriedClock(1000) }, unaborted());
    await expect(asked).rejects.toMatchObject({ code: 'INTERRUPTED' });
  }, 60_000);

  it('are not given out where nobody takes them, and other versions are named', async () => {
    const redis = opened().use(await startRedis());
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

  it('go to those of the same version alone while an installation is brought from one to the next', async () => {
    const redis = opened().use(await startRedis());
    const old = { id: 'old-1', host: 'old', version: '0.0.9', wire: 0, slots: 4, busy: 0, isDraining: false };
    await redis.command('set', 'ticketmill:worker:old-1', JSON.stringify(old));
    await redis.command('sadd', 'ticketmill:workers', 'old-1');
    const others = new Queue('ticketmill-0', {
      connection: redisOptions({ url: redis.url, password: null }),
    });
    opened().defer(() => others.close());
    await others.add('change', { coordinator: 'c1' });
    const versions: string[] = [];
    const first = await hire(redis, ({ version }) => Promise.resolve((versions.push(version), held)));
    const giver = await open(redis);
    expect(giver.outage()).toBeNull();
    expect(giver.slots()).toBe(1);
    expect(giver.view().workers.map(({ id }) => id)).toEqual(['old-1', 'w1']);

    await make(giver, given('task-1'));

    expect(versions).toEqual(['1.0.0']);
    expect(await others.getJobCounts('wait')).toEqual({ wait: 1 });
    await first.drain();
    expect((await open(redis)).outage()).toMatchObject({ code: 'NO_WORKER' });
  });
});

async function open(
  redis: { url: string },
  events: Event[] = [],
  more: Partial<GiveOptions> = {},
): Promise<JobGiver> {
  const giver = await openJobGiver({
    url: redis.url,
    password: null,
    coordinator: 'c1',
    version: '1.0.0',
    clock: realClock,
    observe: (event) => void events.push(event),
    redact: (text) => text.replaceAll(secret, '***'),
    spentToday: () => 0,
    dayLimit: null,
    ...more,
  });
  opened().defer(() => giver.close());
  return giver;
}

async function hire(
  redis: RedisServer,
  make: (job: TakenJob, signal: AbortSignal) => Promise<JobResult>,
  slots = 1,
): Promise<JobTaker> {
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
  opened().defer(() => taker.drain());
  return taker;
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
