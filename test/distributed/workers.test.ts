import { describe, expect, it } from '@jest/globals';
import { performance } from 'node:perf_hooks';
import { killAt, moments } from '../support/deadly-moments.ts';
import type { Death, Moment } from '../support/deadly-moments.ts';
import { edit, greetingTicket } from '../support/fleet.ts';
import type { Fleet } from '../support/fleet.ts';
import { putToWork } from '../support/fleet-at-work.ts';
import { expectAllReviewed } from '../support/fleet-invariants.ts';
import { openFleets } from '../support/fleets.ts';
import { door } from '../support/hold.ts';
import { hasRedis } from '../support/redis-server.ts';

const describeHere = hasRedis ? describe : describe.skip;
const fleet = openFleets();
const longTest = 300_000;
const names = Object.keys(moments) as Moment[];

describeHere('workers that are killed (needs redis-server)', () => {
  it.each([names.slice(0, 6), names.slice(6)].map((deadly) => ({ deadly, when: deadly.join(', ') })))(
    'F95: when $when: lose nothing and double nothing; another takes over within 30 s',
    async ({ deadly }) => {
      const f = await fleet();
      const fingerprint = await f.repository.fingerprint();
      const victims = await Promise.all(deadly.map((moment) => killAt(moment, f)));
      await Promise.all(victims.map(({ worker }) => worker.until('daemon:started')));
      const daemon = f.start();
      const ids = deadly.map((_, index) => `task-${index + 1}`);
      for (const id of ids) await f.drop(`${id}.md`, greetingTicket(id));
      const deaths = await Promise.all(victims.map(({ death }) => death(daemon)));
      const again = new Map<string, number>();
      const heir = f.hire({
        args: ['--concurrency', '6'],
        observe(event) {
          if (event.type !== 'stage:started' || event.stage !== 'open') return;
          if (!again.has(event.taskId)) again.set(event.taskId, performance.now());
        },
      });
      await heir.until('daemon:started');
      const heirThere = performance.now();

      await Promise.all(ids.map((id) => daemon.until('ticket:settled', ({ taskId }) => taskId === id)));

      process.stderr.write(`${deaths.map((death) => rowOf(death, again)).join('\n')}\n`);
      expect(deaths.map(({ taskId }) => taskId).sort()).toEqual(ids);
      for (const { moment, taskId, at } of deaths) {
        const since = again.get(taskId);
        expect([moment, since === undefined]).toEqual([moment, moment === 'answer taken']);
        expect((since ?? 0) - Math.max(at, heirThere)).toBeLessThanOrEqual(30_000);
      }
      await f.end();
      await expectAllReviewed(f, ids, fingerprint);
    },
    longTest,
  );

  it(
    'F95: and a coordinator that is: started again it calls off what nobody waits for, and has it made once',
    async () => {
      const { f, daemon, worker, goOn, expectReviewed } = await putToWork(fleet, { holds: 1 });
      process.kill(daemon.pid, 'SIGKILL');
      await daemon.ended;

      const next = f.start();
      await worker.until('stage:finished', ({ stage }) => stage === 'code');
      goOn();

      await expectReviewed(['task-1'], next);
      const claims = next.events.flatMap((event) => (event.type === 'ticket:claimed' ? [event.attempt] : []));
      expect(claims).toEqual([1]);
    },
    longTest,
  );

  it(
    'F10: one that slept while another took over does nothing when it wakes',
    async () => {
      const { f, worker, goOn, expectReviewed } = await putToWork(fleet, { holds: 1 });
      process.kill(worker.pid, 'SIGSTOP');
      const heir = f.hire();
      await heir.until('stage:started', ({ stage }) => stage === 'review');
      process.kill(worker.pid, 'SIGCONT');
      goOn();

      await expectReviewed(['task-1']);
    },
    longTest,
  );
});

describeHere('workers that are asked to end (needs redis-server)', () => {
  it(
    'make to the end what they have, and take nothing more',
    async () => {
      const { f, daemon, worker, goOn, expectReviewed } = await putToWork(fleet);
      const stopped = worker.stop();
      await f.drop('task-2.md', greetingTicket('task-2'));
      goOn();

      expect(await daemon.until('ticket:settled')).toMatchObject({ taskId: 'task-1', to: 'review' });
      expect(await stopped).toBe(0);
      expect(f.listFolder('todo')).toEqual(['task-2.md']);

      f.hire();
      await expectReviewed(['task-1', 'task-2']);
    },
    longTest,
  );

  it(
    'asked twice give back what they have; a cancelled ticket is called off',
    async () => {
      const gates = [door(), door()];
      let asked = 0;
      const f = await fleet({ code: () => (gates[asked++] ?? door()).pass().then(() => edit) });
      const first = f.hire();
      await first.until('daemon:started');
      const daemon = f.start();
      await f.drop('task-1.md', greetingTicket('task-1'));
      await gates[0]?.reached;
      void first.stop();
      // Two signals of a kind that come before one is heard are one.
      await draining(f);
      expect(await first.stop()).toBe(0);
      const second = f.hire();
      await gates[1]?.reached;

      const cancelled = f.cancel('task-1');
      await second.until('stage:finished', ({ stage }) => stage === 'code');
      await cancelled;

      expect(f.listFolder('failed').filter((file) => file.endsWith('.md'))).toEqual(['task-1.md']);
      expect(f.listFolder('processing')).toEqual([]);
      await daemon.stop();
    },
    longTest,
  );
});

/** Until the one worker has said that it takes no more. */
async function draining({ redis }: Fleet): Promise<void> {
  const [id] = (await redis.command('smembers', 'ticketmill:workers')) as string[];
  for (let told = ''; !told.includes('"isDraining":true');)
    told = String(await redis.command('get', `ticketmill:worker:${id}`));
}

function rowOf({ moment, taskId, at }: Death, again: ReadonlyMap<string, number>): string {
  const since = again.get(taskId);
  const back =
    since === undefined ? 'not made again' : `made again after ${Math.round((since - at) / 1000)} s`;
  return `killed when ${moment}: ${back}`;
}
