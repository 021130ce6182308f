import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config/load.ts';
import { resolvePaths } from '../../../src/config/paths.ts';
import { openRemoteWorkshop } from '../../../src/app/workshop/open-remote-workshop.ts';
import { Failure } from '../../../src/domain/failure.ts';
import type { Plan } from '../../../src/domain/run.ts';
import type { ChangeOrder } from '../../../src/ports.ts';
import type { TakenJob } from '../../../src/queue/take-jobs.ts';
import { takeJobs } from '../../../src/queue/take-jobs.ts';
import type { JobResult } from '../../../src/queue/wire.ts';
import { makeRepository } from '../../support/git-repository.ts';
import { door } from '../../support/hold.ts';
import { openTestRepository } from '../../support/open-test-repository.ts';
import { realClock } from '../../support/real-clock.ts';
import { releasedAfterEach } from '../../support/released-after-each.ts';
import { hasRedis, startRedis } from '../../support/redis-server.ts';

const describeHere = hasRedis ? describe : describe.skip;
const spent = { input: 10, output: 2, requests: 1, usd: 0.5 };
const order: ChangeOrder = {
  identity: { key: 'k'.repeat(64), id: 'task-1', created: '' },
  runId: 'run-1',
  task: { id: 'task-1', title: 'Greet', brief: '', criteria: [], notes: '' },
  plan: { base: null } as Plan,
  file: 'task-1.md',
};

const opened = releasedAfterEach();

describeHere('a change that other machines made in vain (needs redis-server)', () => {
  it('has used what they told until it was called off', async () => {
    const { make, today } = await open(async (job, signal) => {
      await job.onSpent(spent);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return { kind: 'hold', change: null, code: 'QUESTION', reason: '', spent };
    });
    const cancelled = new AbortController();
    const heard = door();
    const made = make(cancelled.signal, heard.pass);
    await heard.reached;
    heard.open();
    cancelled.abort(new Failure('CANCELLED', 'cancelled'));

    expect(await made).toMatchObject({ kind: 'failed', failure: { code: 'CANCELLED' }, spent });
    expect(today()).toBe(0.5);
  });

  it('has used what they told at its end, also where its objects are not what they said', async () => {
    const { make, today, base } = await open(async (job) => {
      const bytes = Buffer.from('no bundle');
      const { key } = await job.deliver(bytes);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const parcel = { key, sha256, commit: base, base, tree: base };
      const checks = { tree: base, results: [] };
      const change = { parcel, checks, remarks: [], verdict: null, model: 'm', summary: '' };
      return { kind: 'publish', change, spent };
    });

    const made = await make(new AbortController().signal);

    expect(made).toMatchObject({ kind: 'failed', failure: { code: 'PARCEL_REFUSED' }, spent });
    expect(today()).toBe(0.5);
  });
});

/** A remote workshop, and a worker that makes what it is asked for in this way. */
async function open(work: (job: TakenJob, signal: AbortSignal) => Promise<JobResult>) {
  const redis = opened().use(await startRedis());
  const repository = await makeRepository();
  opened().defer(() => repository.remove());
  mkdirSync(join(repository.root, '.ticketmill'));
  await repository.write({ 'config.json': JSON.stringify({ queue: { driver: 'bullmq', url: redis.url } }) });
  const loaded = loadConfig({ cwd: repository.root, env: {} });
  const taker = await takeJobs({
    url: redis.url,
    password: null,
    id: 'w1',
    host: 'here',
    version: '1.0.0',
    slots: 1,
    clock: realClock,
    make: work,
    redact: (text) => text,
    onOutage: () => undefined,
  });
  opened().defer(() => taker.drain());
  let today = 0;
  const workshop = await openRemoteWorkshop({
    loaded,
    paths: resolvePaths(loaded.config, loaded.root, {}),
    repository: await openTestRepository(repository),
    clock: realClock,
    observe: () => undefined,
    redact: (text) => text,
    spending: { today: () => today, add: (usd) => Promise.resolve(void (today += usd)) },
  });
  opened().defer(() => workshop.queue.close());
  return {
    make: (signal: AbortSignal, onSpent: () => Promise<void> = () => Promise.resolve()) =>
      workshop.makeChange(order, signal, onSpent),
    today: () => today,
    base: await repository.git('rev-parse', 'HEAD'),
  };
}
