import { setTimeout as wait } from 'node:timers/promises';
import { median } from './samples.ts';
import type { Site } from './site.ts';
import { openSite } from './site.ts';

export type Warm = { setupMs: number; coldP50Ms: number; warmP50Ms: number; ratio: number };

const setupMs = 1000;
const tickets = 3;
const longestWait = 60_000;

/** How long a ticket takes from its claim to the first request to the model, without and with a worktree that lay ready. */
export async function measureWarm(): Promise<Warm> {
  const [coldP50Ms, warmP50Ms] = [median(await toFirstRequest(0)), median(await toFirstRequest(1))];
  return { setupMs, coldP50Ms, warmP50Ms, ratio: warmP50Ms / coldP50Ms };
}

async function toFirstRequest(warm: number): Promise<number[]> {
  await using stack = new AsyncDisposableStack();
  let asked = Promise.withResolvers<undefined>();
  const site = await openSite(stack, {
    config: { worktree: { warm, setup: [['sleep', String(setupMs / 1000)]] } },
    onChat: () => asked.resolve(undefined),
  });
  const daemon = site.start();
  await daemon.until('server:listening');
  const took: number[] = [];
  for (let index = 1; index <= tickets; index++) {
    const isThis = ({ taskId }: { taskId: string }): boolean => taskId.toLowerCase() === `task-${index}`;
    await untilReady(site, warm);
    asked = Promise.withResolvers();
    await site.drop(index);
    await daemon.until('ticket:claimed', isThis);
    const claimed = performance.now();
    await asked.promise;
    took.push(performance.now() - claimed);
    await daemon.until('ticket:settled', isThis);
  }
  await daemon.stop();
  return took;
}

async function untilReady(site: Site, wanted: number): Promise<void> {
  const limit = performance.now() + longestWait;
  while ((await readyNow(site)) < wanted) {
    if (performance.now() > limit) throw new Error(`No worktree was ready within ${longestWait} ms.`);
    await wait(200);
  }
}

async function readyNow(site: Site): Promise<number> {
  const { out } = await site.run('status', '--json');
  return (JSON.parse(out) as { worktrees?: { ready: number } }).worktrees?.ready ?? 0;
}
