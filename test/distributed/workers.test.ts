import { describe, expect, it } from '@jest/globals';
import { performance } from 'node:perf_hooks';
import type { FollowedDaemon } from '../../scripts/demo/daemon.ts';
import { stages } from '../../src/domain/run.ts';
import { edit, greetingTicket } from '../support/fleet.ts';
import { expectAllReviewed } from '../support/fleet-invariants.ts';
import { openFleets } from '../support/fleets.ts';
import { door } from '../support/hold.ts';
import { hasRedis } from '../support/redis-server.ts';

const describeHere = hasRedis ? describe : describe.skip;
const fleet = openFleets();
const longTest = 240_000;

describeHere('workers that are killed (needs redis-server)', () => {
  it(
    'F95: at each stage, lose nothing and double nothing; another takes over within 30 s',
    async () => {
      const f = await fleet();
      const fingerprint = await f.repository.fingerprint();
      const deadly = stages.filter((stage) => stage !== 'publish');
      const killed = new Map<string, number>();
      const victims = deadly.map((stage) => {
        const worker: FollowedDaemon = f.hire({
          observe(event) {
            if (event.type !== 'stage:started' || event.stage !== stage || killed.has(event.taskId)) return;
            killed.set(event.taskId, performance.now());
            process.kill(worker.pid, 'SIGKILL');
          },
        });
        return worker;
      });
      await Promise.all(victims.map((worker) => worker.until('daemon:started')));
      const daemon = f.start();
      const ids = deadly.map((_, index) => `task-${index + 1}`);
      for (const id of ids) await f.drop(`${id}.md`, greetingTicket(id));
      await Promise.all(victims.map((worker) => worker.ended));
      const waited: number[] = [];
      const heir = f.hire({
        args: ['--concurrency', '5'],
        observe(event) {
          const since =
            event.type === 'stage:started' && event.stage === 'open' ? killed.get(event.taskId) : undefined;
          if (since !== undefined) waited.push(Math.round((performance.now() - since) / 1000));
        },
      });

      await Promise.all(ids.map((id) => daemon.until('ticket:settled', ({ taskId }) => taskId === id)));

      expect(killed.size).toBe(deadly.length);
      process.stderr.write(
        `seconds from the death of a worker to the next one at work: ${waited.join(', ')}\n`,
      );
      expect(Math.max(...waited)).toBeLessThanOrEqual(30);
      await Promise.all([daemon.stop(), heir.stop()]);
      await expectAllReviewed(f, ids, fingerprint);
    },
    longTest,
  );

  it(
    'F10: one that slept while another took over does nothing when it wakes',
    async () => {
      const gate = door();
      let asked = 0;
      const f = await fleet({
        code: async () => {
          asked += 1;
          if (asked === 1) await gate.pass();
          return edit;
        },
      });
      const fingerprint = await f.repository.fingerprint();
      const sleeper = f.hire();
      await sleeper.until('daemon:started');
      const daemon = f.start();
      await f.drop('task-1.md', greetingTicket('task-1'));
      await gate.reached;
      process.kill(sleeper.pid, 'SIGSTOP');
      const heir = f.hire();
      await heir.until('stage:started', ({ stage }) => stage === 'review');
      process.kill(sleeper.pid, 'SIGCONT');
      gate.open();

      await daemon.until('ticket:settled');

      await Promise.all([sleeper.stop(), heir.stop()]);
      await daemon.stop();
      await expectAllReviewed(f, ['task-1'], fingerprint);
    },
    longTest,
  );
});

describeHere('workers that are asked to end (needs redis-server)', () => {
  it(
    'make to the end what they have, and take nothing more',
    async () => {
      const gate = door();
      const f = await fleet({ code: () => gate.pass().then(() => edit) });
      const fingerprint = await f.repository.fingerprint();
      const worker = f.hire();
      await worker.until('daemon:started');
      const daemon = f.start();
      await f.drop('task-1.md', greetingTicket('task-1'));
      await gate.reached;
      const stopped = worker.stop();
      await f.drop('task-2.md', greetingTicket('task-2'));
      gate.open();

      expect(await daemon.until('ticket:settled')).toMatchObject({ taskId: 'task-1', to: 'review' });
      expect(await stopped).toBe(0);
      expect(f.listFolder('todo')).toEqual(['task-2.md']);

      f.hire();
      await daemon.until('ticket:settled', ({ taskId }) => taskId === 'task-2');
      await daemon.stop();
      await expect(expectAllReviewed(f, ['task-1', 'task-2'], fingerprint)).rejects.toThrow(
        /^1 violations:\nI5 /,
      );
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
