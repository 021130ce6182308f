import { setTimeout as wait } from 'node:timers/promises';
import { runProgram } from '../demo/place.ts';
import { median, timed, timedTimes } from './samples.ts';
import type { Site } from './site.ts';
import { openSite } from './site.ts';

export type StartUp = {
  restart: { readyMs: number };
  commands: { versionMs: number; statusMs: number; lintMs: number; bareNodeMs: number };
};

const times = 11;

/** From the start of the process until `/health/ready` says yes, and what the shortest commands take. */
export async function measureStartUp(): Promise<StartUp> {
  await using stack = new AsyncDisposableStack();
  const site = await openSite(stack);
  const ready = await timedTimes(5, () => startAndStop(site));
  const run = async (...args: string[]) => median(await timedTimes(times, () => site.run(...args)));
  return {
    restart: { readyMs: median(ready) },
    commands: {
      versionMs: await run('--version'),
      statusMs: await run('status', '--json'),
      lintMs: await run('lint', '--json'),
      bareNodeMs: median(await timedTimes(times, () => runProgram(site, [process.execPath, '-e', '0']))),
    },
  };
}

/** The end of a daemon is no part of its start, so it is not waited for within the time. */
async function startAndStop(site: Site): Promise<void> {
  const daemon = site.start();
  const { url } = await daemon.until('server:listening');
  await untilReady(url);
  void daemon.stop();
}

async function untilReady(url: string): Promise<void> {
  const limit = 20_000;
  let waited = 0;
  while (!(await fetch(`${url}/health/ready`)).ok) {
    if (waited > limit) throw new Error(`${url}/health/ready did not say yes within ${limit} ms.`);
    waited += await timed(() => wait(5));
  }
}
