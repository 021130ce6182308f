import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand, type CommandRequest } from '../../src/workspace/command.ts';
import { openForkServer } from '../../src/workspace/fork-server.ts';
import { untilForked } from '../support/until-forked.ts';

const never = new AbortController().signal;
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ticketmill-command-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function order(argv: string[], more: Partial<CommandRequest> = {}): CommandRequest {
  const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' };
  return { argv, cwd: directory, env, timeoutMs: 20_000, maxOutput: 10_000, ...more };
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A killed process that nobody waited for yet still has its pid.
    return !/^State:\s+Z/m.test(readProcStatus(pid));
  } catch {
    return false;
  }
}

function readProcStatus(pid: number): string {
  return existsSync(`/proc/${pid}`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : 'State: Z';
}

async function pidIn(name: string): Promise<number> {
  return Number(await readFile(join(directory, name), 'utf8'));
}

const itHere = process.platform === 'win32' ? it.skip : it;

const forks = openForkServer({ idleMs: 60_000 });
beforeAll(async () => {
  await untilForked(forks.run);
});
afterAll(() => forks.close());

describe.each([
  ['this process', runCommand],
  ['a small process', forks.run],
])('a program that is started by %s', (_, run) => {
  it('returns exit code, both streams in order and standard output alone', async () => {
    const ran = await run(order(['sh', '-c', 'echo out; echo err >&2; exit 3']), never);
    expect(ran).toMatchObject({ exitCode: 3, timedOut: false, stdout: 'out\n', stderr: 'err\n', cut: 0 });
    expect(ran.output.split('\n').sort()).toEqual(['', 'err', 'out']);
  });

  it('gives the program the named environment and nothing else', async () => {
    const ran = await run(order(['env'], { env: { PATH: '/usr/bin:/bin', ONLY: 'this' } }), never);
    expect(ran.output.trim().split('\n').sort()).toEqual(['ONLY=this', 'PATH=/usr/bin:/bin']);
  });

  it('closes standard input unless there is something to read', async () => {
    expect((await run(order(['cat']), never)).output).toBe('');
    expect((await run(order(['cat'], { input: 'typed' }), never)).output).toBe('typed');
    expect((await run(order(['true'], { input: 'x'.repeat(500_000) }), never)).exitCode).toBe(0);
  });

  it('says 127 for a program that does not exist', async () => {
    const ran = await run(order(['no-such-program-here']), never);
    expect(ran.exitCode).toBe(127);
    expect(ran.output).toContain('no-such-program-here');
  });

  it('says why a program was not started at all', async () => {
    const zero = await run(order(['echo', 'a\0b']), never);
    expect(zero).toMatchObject({ exitCode: 127, stdout: '', output: expect.stringContaining('null bytes') });
    const large = await run(order(['echo', 'x'.repeat(3_000_000)]), never);
    expect(large).toMatchObject({ exitCode: 127, output: expect.stringContaining('E2BIG') });
    const nowhere = await run({ ...order(['echo']), cwd: '/no/such/folder' }, never);
    expect(nowhere).toMatchObject({ exitCode: 127, output: expect.stringContaining('/no/such/folder') });
  });

  it('keeps the beginning and the end of long output', async () => {
    const ran = await run(
      order(['sh', '-c', 'echo first; seq 200000; echo last'], { maxOutput: 2000 }),
      never,
    );
    expect(ran.output).toMatch(/^first\n1\n/);
    expect(ran.output).toMatch(/last\n$/);
    expect(ran.output).toContain('bytes cut out');
    expect(ran.output.length).toBeLessThan(2100);
    expect(ran.cut).toBeGreaterThan(1_000_000);
  });

  it('does not wait for a grandchild that holds the pipe, and kills it', async () => {
    const ran = await run(order(['sh', '-c', 'sleep 300 & echo $! > pid; echo done']), never);
    expect(ran).toMatchObject({ exitCode: 0, output: 'done\n' });
    expect(alive(await pidIn('pid'))).toBe(false);
  });

  it('says which signal of somebody else ended it', async () => {
    const ran = await run(order(['sh', '-c', 'echo begun; kill -KILL $$']), never);
    expect(ran).toMatchObject({ exitCode: null, timedOut: false, endedBy: 'SIGKILL', output: 'begun\n' });
    expect(await run(order(['true']), never)).not.toHaveProperty('endedBy');
  });

  it('kills the whole group at the time limit, also what ignores SIGTERM', async () => {
    const script = `trap '' TERM; (trap '' TERM; echo $BASHPID > pid; while :; do sleep 300; done) & echo begun; wait`;
    const ran = await run(order(['bash', '-c', script], { timeoutMs: 400, graceMs: 100 }), never);
    expect(ran).toMatchObject({ exitCode: null, timedOut: true });
    expect(ran.output).toContain('begun');
    expect(alive(await pidIn('pid'))).toBe(false);
  });

  const onLinux = existsSync('/proc/self/environ') ? it : it.skip;
  onLinux('kills what left the process group, by its marker', async () => {
    const script = "setsid sh -c 'echo $$ > pid; exec sleep 300' & while [ ! -s pid ]; do :; done";
    await run(order(['sh', '-c', script], { marker: 'test/orphan/1' }), never);
    expect(alive(await pidIn('pid'))).toBe(false);
  });

  it('rejects with the reason of the signal, tells what was said and leaves nothing alive', async () => {
    const told: string[] = [];
    const controller = new AbortController();
    const running = run(
      order(['sh', '-c', 'echo said; echo $$ > pid; sleep 300'], {
        ...{ graceMs: 100, onAborted: (stdout) => told.push(stdout) },
      }),
      controller.signal,
    );
    while (!existsSync(join(directory, 'pid')) || (await readFile(join(directory, 'pid'))).length === 0)
      await new Promise(setImmediate);
    controller.abort(new Error('stop it'));
    await expect(running).rejects.toThrow('stop it');
    expect(told).toEqual(['said\n']);
    expect(alive(await pidIn('pid'))).toBe(false);
    await expect(run(order(['true']), controller.signal)).rejects.toThrow('stop it');
  });
});

describe('runCommand', () => {
  itHere(
    'tells a machine without a free handle from a program that does not exist (needs ulimit)',
    async () => {
      const command = new URL('../../src/workspace/command.ts', import.meta.url).href;
      const script = `
      import { openSync } from 'node:fs';
      import { runCommand } from '${command}';
      const order = { argv: ['true'], cwd: '/', env: { PATH: '/usr/bin:/bin' }, timeoutMs: 20_000, maxOutput: 10 };
      await runCommand(order, new AbortController().signal);
      try { for (;;) openSync('/dev/null'); } catch {}
      const said = await runCommand(order, new AbortController().signal).then(({ exitCode }) => exitCode, ({ code }) => code);
      process._rawDebug(said);`;
      const limited = ['sh', '-c', 'ulimit -n 60; exec "$@"', 'sh', process.execPath];
      const ran = await runCommand(order([...limited, '--input-type=module', '--eval', script]), never);
      expect(ran.output).toBe('EMFILE\n');
    },
  );
});
