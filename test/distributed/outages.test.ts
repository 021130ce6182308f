import { describe, expect, it } from '@jest/globals';
import { performance } from 'node:perf_hooks';
import type { FollowedDaemon } from '../../scripts/demo/daemon.ts';
import { greetingTicket } from '../support/fleet.ts';
import type { Fleet } from '../support/fleet.ts';
import { putToWork } from '../support/fleet-at-work.ts';
import { expectAllReviewed } from '../support/fleet-invariants.ts';
import { openFleets } from '../support/fleets.ts';
import { hasRedis } from '../support/redis-server.ts';

const describeHere = hasRedis ? describe : describe.skip;
const fleet = openFleets();
const longTest = 240_000;

type Outage = {
  row: string;
  what: string;
  begin: (f: Fleet) => unknown;
  end: (f: Fleet) => unknown;
};

const nowhere = ['127.0.0.1', '1'];
const outages: Outage[] = [
  { row: 'F92', what: 'killed', begin: ({ redis }) => redis.kill(), end: ({ redis }) => redis.start() },
  {
    row: 'F96',
    what: 'full',
    begin: ({ redis }) => redis.command('config', 'set', 'maxmemory', '1'),
    end: ({ redis }) => redis.command('config', 'set', 'maxmemory', '0'),
  },
  {
    row: 'F96',
    what: 'read-only',
    begin: ({ redis }) => redis.command('replicaof', ...nowhere),
    end: ({ redis }) => redis.command('replicaof', 'no', 'one'),
  },
  {
    row: 'F96',
    what: 'silent on connections that stay open',
    begin: ({ gate }) => gate.shut(),
    end: ({ gate }) => gate.open(),
  },
];

describeHere('a Redis that fails (needs redis-server)', () => {
  it.each(outages)(
    '$row: $what in the middle and for a new ticket, loses nothing and doubles nothing',
    async ({ begin, end }) => {
      const { f, daemon, worker, goOn, expectReviewed } = await putToWork(fleet);

      await begin(f);
      goOn();
      await worker.until('stage:finished', ({ stage }) => stage === 'review');
      await f.drop('task-2.md', greetingTicket('task-2'));
      const { reason } = await daemon.until('daemon:degraded');
      expect(reason).toMatch(/^Redis at unix:/);
      expect((await ask(daemon, 'health')).status).toBe(200);
      expect((await ask(daemon, 'health/ready')).status).toBe(503);
      expect(await (await ask(daemon, 'metrics')).text()).toMatch(/^ticketmill_queue_connected 0$/m);
      expect(f.listFolder('todo')).toEqual(['task-2.md']);
      await end(f);

      await expectReviewed(['task-1', 'task-2']);
    },
    longTest,
  );

  it(
    'F96: slow, 2 s a command: the daemon answers at once, work goes on, nothing is doubled',
    async () => {
      const { f, daemon, goOn, expectReviewed } = await putToWork(fleet);
      f.gate.delay(1000);
      await f.drop('task-2.md', greetingTicket('task-2'));
      goOn();

      const ended = expectReviewed(['task-1', 'task-2']);
      let isOver = false;
      const over = (): void => void (isOver = true);
      void daemon.until('ticket:settled', ({ taskId }) => taskId === 'task-2').then(over, over);
      const answers: number[] = [];
      while (!isOver) {
        const asked = performance.now();
        expect((await ask(daemon, 'health')).status).toBe(200);
        answers.push(performance.now() - asked);
      }

      await ended;
      answers.sort((a, b) => a - b);
      const [middle = Infinity, longest = Infinity] = [answers[answers.length >> 1], answers.at(-1)];
      process.stderr.write(
        `/health with a slow Redis: ${answers.length} answers, half within ${middle.toFixed(1)} ms, the longest ${longest.toFixed(0)} ms\n`,
      );
      // What waited for Redis would take two seconds each time.
      expect(middle).toBeLessThan(1000);
    },
    longTest,
  );

  const restart = async ({ redis }: Fleet): Promise<void> => {
    await redis.kill();
    await redis.start();
  };

  it.each([
    {
      row: 'F93',
      what: 'killed and started again with its append-only file',
      persistent: true,
      fail: restart,
    },
    { row: 'F94', what: 'killed and started again with nothing', persistent: false, fail: restart },
    {
      row: 'F94',
      what: 'flushed',
      persistent: false,
      fail: ({ redis }: Fleet) => redis.command('flushall'),
    },
  ])(
    '$row: $what, while some are at work, some wait in Redis and some in the folder: all are made, once',
    async ({ persistent, fail }) => {
      const { f, worker, goOn, expectReviewed } = await putToWork(fleet, { persistent });
      // What is given out for it waits in Redis.
      const sleeper = f.hire({ args: ['--concurrency', '3'] });
      await sleeper.until('daemon:started');
      process.kill(sleeper.pid, 'SIGSTOP');
      const ids = Array.from({ length: 8 }, (_, index) => `task-${index + 1}`);
      for (const id of ids.slice(1)) await f.drop(`${id}.md`, greetingTicket(id));
      await waitingJobs(f, 3);
      expect(f.listFolder('todo')).toHaveLength(4);
      if (persistent) await f.redis.command('waitaof', '1', '0', '5000').catch(() => undefined);

      await fail(f);
      process.kill(sleeper.pid, 'SIGCONT');
      goOn();

      await expectReviewed(ids);
      expect(await worker.ended).toBe(0);
    },
    longTest,
  );

  it(
    'F92: not there when daemon and worker start: both wait, and go on when it comes',
    async () => {
      const f = await fleet();
      const fingerprint = await f.repository.fingerprint();
      await f.redis.kill();
      const worker = f.hire();
      const daemon = f.start();
      await worker.until('daemon:degraded');
      await f.drop('task-1.md', greetingTicket('task-1'));
      await daemon.until('daemon:degraded');

      await f.redis.start();

      expect(await daemon.until('ticket:settled')).toMatchObject({ to: 'review' });
      await f.end();
      await expectAllReviewed(f, ['task-1'], fingerprint);
    },
    longTest,
  );

  it(
    'F92: with `queue.onOutage` "local" the daemon makes the change itself meanwhile',
    async () => {
      const f = await fleet({ onOutage: 'local' });
      const daemon = f.start();
      await f.drop('task-1.md', greetingTicket('task-1'));
      expect(await daemon.until('ticket:settled')).toMatchObject({ to: 'review' });
    },
    longTest,
  );
});

async function ask(daemon: FollowedDaemon, path: string): Promise<Response> {
  const { url } = await daemon.until('server:listening');
  return fetch(`${url}/${path}`);
}

async function waitingJobs({ redis }: Fleet, count: number): Promise<void> {
  while (Number(await redis.command('zcard', 'bull:ticketmill-1:prioritized')) < count)
    await new Promise((resolve) => setImmediate(resolve));
}
