import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ForkServer } from '../../src/workspace/fork-server.ts';
import { openForkServer } from '../../src/workspace/fork-server.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { shellLine, untilForked } from '../support/until-forked.ts';

const never = new AbortController().signal;
const fresh = temporaryDirectories();
const breathe = (): Promise<unknown> => new Promise(setImmediate);

async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await breathe();
}

/** A process that nobody waited for yet still has its pid. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function pidIn(file: string): Promise<number> {
  while (!existsSync(file) || readFileSync(file, 'utf8').trim() === '') await breathe();
  return Number(readFileSync(file, 'utf8'));
}

const onLinux = existsSync('/proc/self/status') ? describe : describe.skip;

onLinux('a small process that starts programs (needs /proc)', () => {
  let forks: ForkServer;
  beforeEach(() => {
    forks = openForkServer({ idleMs: 60_000 });
  });
  afterEach(() => forks.close());

  it('is not waited for: until it is up, they are started from here', async () => {
    const { stdout } = await forks.run(shellLine('echo $PPID'), never);
    expect(Number(stdout)).toBe(process.pid);
  });

  it('runs many at once, each with its own answer', async () => {
    await untilForked(forks.run);
    const lines = Array.from({ length: 20 }, (_, index) => forks.run(shellLine(`echo ${index}`), never));
    const said = (await Promise.all(lines)).map(({ stdout }) => Number(stdout));
    expect(said).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  it('that is killed ends what it was at as an exhausted machine, and has a successor', async () => {
    const file = join(fresh(), 'pid');
    const first = await untilForked(forks.run);
    const running = forks.run(shellLine(`echo $$ > '${file}'; exec sleep 300`), never);
    running.catch(() => undefined);
    const sleeping = await pidIn(file);
    process.kill(first, 'SIGKILL');
    await expect(running).rejects.toMatchObject({ code: 'MACHINE_EXHAUSTED' });
    process.kill(sleeping, 'SIGKILL');
    expect(await untilForked(forks.run, first)).not.toBe(first);
  });

  it('is told to end by nobody but us: the signals of a service manager change nothing', async () => {
    const pid = await untilForked(forks.run);
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.kill(pid, signal);
    expect(await untilForked(forks.run)).toBe(pid);
  });

  it('goes when there is nothing to do for a while, and comes again', async () => {
    const hasty = openForkServer({ idleMs: 20 });
    const first = await untilForked(hasty.run);
    await untilGone(first);
    expect(await untilForked(hasty.run)).not.toBe(first);
    await hasty.close();
  });

  it('is gone once it is closed; what comes then is started from here', async () => {
    const pid = await untilForked(forks.run);
    await forks.close();
    expect(isAlive(pid)).toBe(false);
    const { stdout } = await forks.run(shellLine('echo $PPID'), never);
    expect(Number(stdout)).toBe(process.pid);
  });

  it('is waited for by a process that closes it last, and holds none that forgets to', async () => {
    const address = new URL('../../src/workspace/fork-server.ts', import.meta.url).href;
    const support = new URL('../support/until-forked.ts', import.meta.url).href;
    const script = `
      import { openForkServer } from '${address}';
      import { untilForked } from '${support}';
      const forks = openForkServer({ idleMs: 60_000 });
      await untilForked(forks.run);
      if (process.env.CLOSES === 'yes') await forks.close();
      process._rawDebug('the end');`;
    for (const closes of ['yes', 'no']) {
      const env = { ...shellLine('').env, CLOSES: closes };
      const argv = [process.execPath, '--input-type=module', '--eval', script];
      const { exitCode, stderr } = await forks.run(shellLine('', { argv, env }), never);
      expect([exitCode, stderr]).toEqual([0, 'the end\n']);
    }
  });

  it('ends what runs and goes when the process that it serves is killed', async () => {
    const directory = fresh();
    const script = fileURLToPath(new URL('../support/die-forking.ts', import.meta.url));
    const life = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = (await once(life.stdout, 'data')) as [Buffer];
    const sleeping = await pidIn(join(directory, 'pid'));
    life.kill('SIGKILL');
    await untilGone(sleeping);
    await untilGone(Number(said.toString()));
  });
});
