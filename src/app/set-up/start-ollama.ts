import type { Environment } from '../../config/environment.ts';
import type { Config } from '../../config/schema.ts';
import { startCommands } from '../../domain/ollama-setup.ts';
import type { Platform } from '../../domain/ollama-setup.ts';
import type { Clock } from '../../ports.ts';
import { runCommand } from '../../workspace/command.ts';
import { findProgram } from '../../workspace/sandbox.ts';
import { startDetached } from '../../workspace/start-detached.ts';
import { openOllama } from '../models/open-ollama.ts';

/** How one way of starting it went. */
export type Started = { ok: boolean; command: string };

/** Milliseconds between two looks, and how many there are. */
const lookEvery = 500;
const looks = 40;

/** Starts Ollama by the first way that this machine has, and waits until it answers. Null: there is none. */
export async function startOllama(
  { config, env, clock, platform }: { config: Config; env: Environment; clock: Clock; platform: Platform },
  signal: AbortSignal,
): Promise<Started | null> {
  let tried: Started | null = null;
  for (const command of startCommands(platform)) {
    if ((await findProgram(command[0] ?? '', env['PATH'] ?? '')) === null) continue;
    tried = { ok: false, command: command.join(' ') };
    if (!(await begin(command, env, signal))) continue;
    if (await answers(config, clock, signal)) return { ...tried, ok: true };
  }
  return tried;
}

/** The server itself goes on when we end; what only asks for it is waited for. */
async function begin(command: readonly string[], env: Environment, signal: AbortSignal): Promise<boolean> {
  if (command[0] === 'ollama') return startDetached(command, env);
  const known = { PATH: env['PATH'] ?? '', HOME: env['HOME'] ?? '/' };
  const request = { argv: command, cwd: '/', env: known, timeoutMs: 20_000, maxOutput: 2000 };
  return (await runCommand(request, signal)).exitCode === 0;
}

async function answers(config: Config, clock: Clock, signal: AbortSignal): Promise<boolean> {
  const provider = openOllama(config, clock);
  try {
    for (let look = 0; look < looks; look += 1) {
      if ((await provider.health(signal)).some(({ healthy }) => healthy)) return true;
      await clock.wait(lookEvery, signal);
    }
    return false;
  } finally {
    await provider.close();
  }
}
