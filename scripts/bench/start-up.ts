import { setTimeout as wait } from 'node:timers/promises';
import { runProgram } from '../demo/place.ts';
import { median, timed, timedTimes } from './samples.ts';
import type { Site } from './site.ts';
import { openSite } from './site.ts';

export type StartUp = {
  restart: { readyMs: number };
  commands: {
    versionMs: number;
    statusMs: number;
    lintMs: number;
    bareNodeMs: number;
    /** Of every command that can be carried out here and now, without a daemon. */
    each: Record<string, number>;
    /** Through a daemon at work. */
    throughDaemonMs: number;
  };
};

const times = 11;
const timesOfEach = 5;

/** One line of every command that needs no answer of a model. */
const commandLines = [
  '--help',
  'add A-ticket --json',
  'show TASK-1 --json',
  'explain TASK-1 --json',
  'cancel TASK-1 --json',
  'retry-failed --dry-run --json',
  'pause --json',
  'resume --json',
  'stop --json',
  'costs --json',
  'audit verify',
  'models list --json',
  'config print --json',
  'config validate --json',
  'config schema',
];

/** From the start of the process until `/health/ready` says yes, and what the shortest commands take. */
export async function measureStartUp(): Promise<StartUp> {
  await using stack = new AsyncDisposableStack();
  const site = await openSite(stack);
  const ready = await timedTimes(5, () => startAndStop(site));
  const run = async (line: string, runs = times) =>
    median(await timedTimes(runs, () => site.run(...line.split(' '))));
  await site.drop(1);
  const each: Record<string, number> = {};
  for (const line of commandLines) each[line] = await run(line, timesOfEach);
  const commands = {
    versionMs: await run('--version'),
    statusMs: await run('status --json'),
    lintMs: await run('lint --json'),
    bareNodeMs: median(await timedTimes(times, () => runProgram(site, [process.execPath, '-e', '0']))),
    each,
  };
  const daemon = site.start();
  await daemon.until('server:listening');
  const throughDaemonMs = await run('status --json');
  await daemon.stop();
  return { restart: { readyMs: median(ready) }, commands: { ...commands, throughDaemonMs } };
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
