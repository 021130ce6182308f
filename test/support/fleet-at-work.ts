import type { FollowedDaemon } from '../../scripts/demo/daemon.ts';
import type { FakeAnswer } from './fake-ollama.ts';
import type { Fleet, FleetOptions } from './fleet.ts';
import { edit, greetingTicket } from './fleet.ts';
import { expectAllReviewed } from './fleet-invariants.ts';
import { door } from './hold.ts';

/** A fleet with one worker, whose coder waits at a gate with `task-1`. */
export type FleetAtWork = {
  f: Fleet;
  daemon: FollowedDaemon;
  worker: FollowedDaemon;
  /** Opens the gate. */
  goOn: () => void;
  /** Waits until these tickets are settled, ends everything, and demands each of them in `review`, once. */
  expectReviewed: (ids: readonly string[], by?: FollowedDaemon) => Promise<void>;
};

/** `holds`: how many calls of a coder wait at the gate, the first ones. */
export async function putToWork(
  openFleet: (options: FleetOptions) => Promise<Fleet>,
  { holds = Infinity, ...options }: FleetOptions & { holds?: number } = {},
): Promise<FleetAtWork> {
  const gate = door();
  let asked = 0;
  const code = async (): Promise<FakeAnswer> => {
    asked += 1;
    if (asked <= holds) await gate.pass();
    return edit;
  };
  const f = await openFleet({ ...options, code });
  const fingerprint = await f.repository.fingerprint();
  const worker = f.hire();
  await worker.until('daemon:started');
  const daemon = f.start();
  await f.drop('task-1.md', greetingTicket('task-1'));
  await gate.reached;
  return {
    f,
    daemon,
    worker,
    goOn: gate.open,
    async expectReviewed(ids, by = daemon) {
      await Promise.all(ids.map((id) => by.until('ticket:settled', ({ taskId }) => taskId === id)));
      await f.end();
      await expectAllReviewed(f, ids, fingerprint);
    },
  };
}
