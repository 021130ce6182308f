import { tmpdir } from 'node:os';
import type { CommandRequest, RunCommand } from '../../src/workspace/command.ts';

/** A shell line as a program to run, in an environment of its own. */
export function shellLine(line: string, more: Partial<CommandRequest> = {}): CommandRequest {
  const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' };
  return { argv: ['sh', '-c', line], cwd: tmpdir(), env, timeoutMs: 20_000, maxOutput: 10_000, ...more };
}

/** Resolves with the process that starts programs, once that is another one than this and than `notThis`. */
export async function untilForked(run: RunCommand, notThis = process.pid): Promise<number> {
  for (;;) {
    const { stdout } = await run(shellLine('echo $PPID'), new AbortController().signal);
    const pid = Number(stdout);
    if (pid !== process.pid && pid !== notThis) return pid;
  }
}
