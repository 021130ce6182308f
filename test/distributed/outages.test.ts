import { describe, expect, it } from '@jest/globals';
import { edit, greetingTicket } from '../support/fleet.ts';
import type { Fleet } from '../support/fleet.ts';
import { expectAllReviewed } from '../support/fleet-invariants.ts';
import { openFleets } from '../support/fleets.ts';
import { door } from '../support/hold.ts';
import { hasRedis } from '../support/redis-server.ts';

const describeHere = hasRedis ? describe : describe.skip;
const fleet = openFleets();
const longTest = 180_000;

type Outage = {
  row: string;
  what: string;
  begin: (f: Fleet) => Promise<unknown>;
  end: (f: Fleet) => Promise<unknown>;
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
];

describeHere('a Redis that fails (needs redis-server)', () => {
  it.each(outages)(
    '$row: $what in the middle and for a new ticket, loses nothing and doubles nothing',
    async ({ begin, end }) => {
      const gate = door();
      const f = await fleet({ code: () => gate.pass().then(() => edit) });
      const fingerprint = await f.repository.fingerprint();
      const worker = f.hire();
      await worker.until('daemon:started');
      const daemon = f.start();
      await f.drop('task-1.md', greetingTicket('task-1'));
      await gate.reached;

      await begin(f);
      gate.open();
      await worker.until('stage:finished', ({ stage }) => stage === 'review');
      await f.drop('task-2.md', greetingTicket('task-2'));
      const { reason } = await daemon.until('daemon:degraded');
      expect(reason).toMatch(/^Redis at unix:/);
      expect(f.listFolder('todo')).toEqual(['task-2.md']);
      await end(f);

      await Promise.all(
        ['task-1', 'task-2'].map((id) => daemon.until('ticket:settled', ({ taskId }) => taskId === id)),
      );
      await Promise.all([daemon.stop(), worker.stop()]);
      await expectAllReviewed(f, ['task-1', 'task-2'], fingerprint);
    },
    longTest,
  );

  it(
    'F94: flushed while jobs wait and are at work: all are made, once',
    async () => {
      const gate = door();
      const f = await fleet({ code: () => gate.pass().then(() => edit) });
      const fingerprint = await f.repository.fingerprint();
      const workers = [f.hire(), f.hire()];
      await Promise.all(workers.map((worker) => worker.until('daemon:started')));
      const daemon = f.start();
      const ids = ['task-1', 'task-2', 'task-3', 'task-4'];
      for (const id of ids) await f.drop(`${id}.md`, greetingTicket(id));
      await gate.reached;

      await f.redis.command('flushall');
      gate.open();

      await Promise.all(ids.map((id) => daemon.until('ticket:settled', ({ taskId }) => taskId === id)));
      await Promise.all([daemon, ...workers].map((each) => each.stop()));
      await expectAllReviewed(f, ids, fingerprint);
    },
    longTest,
  );

  it(
    'F93: killed with an append-only file and started again: what was taken goes on',
    async () => {
      const gate = door();
      const f = await fleet({ persistent: true, code: () => gate.pass().then(() => edit) });
      const fingerprint = await f.repository.fingerprint();
      const worker = f.hire();
      await worker.until('daemon:started');
      const daemon = f.start();
      await f.drop('task-1.md', greetingTicket('task-1'));
      await gate.reached;
      await f.redis.command('waitaof', '1', '0', '5000').catch(() => undefined);

      await f.redis.kill();
      await f.redis.start();
      gate.open();

      await daemon.until('ticket:settled');
      await Promise.all([daemon.stop(), worker.stop()]);
      await expectAllReviewed(f, ['task-1'], fingerprint);
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
      await Promise.all([daemon.stop(), worker.stop()]);
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
      await daemon.stop();
    },
    longTest,
  );
});
