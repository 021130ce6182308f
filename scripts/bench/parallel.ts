import { openSite } from './site.ts';
import { timed } from './samples.ts';

export type Speedup = { agents: number; seconds: number; speedup: number };

const thinksMs = 10_000;
const tickets = 20;
const alone = 3;

/**
 * Twenty tickets for a model that takes ten seconds for each, by more and more agents. One agent would need 20 times
 * what a ticket alone takes; so many times faster is a speed-up.
 */
export async function measureParallel(crew: readonly number[] = [2, 5, 10]): Promise<Speedup[]> {
  const one = (await workOff(1, alone)) / alone;
  const rows: Speedup[] = [{ agents: 1, seconds: tickets * one, speedup: 1 }];
  for (const agents of crew) {
    const seconds = await workOff(agents, tickets);
    rows.push({ agents, seconds, speedup: (tickets * one) / seconds });
  }
  return rows;
}

async function workOff(agents: number, count: number): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const site = await openSite(stack, { thinksMs, config: { processing: { concurrency: agents } } });
  const daemon = site.start();
  await daemon.until('server:listening');
  const took = await timed(async () => {
    for (let index = 1; index <= count; index++) await site.drop(index);
    const settled = Array.from({ length: count }, (_, index) =>
      daemon.until('ticket:settled', ({ taskId }) => taskId.toLowerCase() === `task-${index + 1}`),
    );
    for (const { to, file, message } of await Promise.all(settled))
      if (to !== 'review') throw new Error(`${file} went to ${to}: ${message}`);
  });
  return took / 1000;
}
