import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../config/environment.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Paths } from '../config/paths.ts';
import { resolvePaths } from '../config/paths.ts';
import type { Lock } from '../control/acquire-lock.ts';
import { acquireLock } from '../control/acquire-lock.ts';
import type { ControlAddress } from '../control/control-address.ts';
import { controlAddress } from '../control/control-address.ts';
import { readDaemonInfo } from '../control/daemon-info.ts';
import { Failure } from '../domain/failure.ts';
import { writeNew } from '../files/write-new.ts';

/** Where one installation is, and where its daemon is reached. */
export async function locate(
  { config, root }: LoadedConfig,
  env: Environment,
): Promise<{ paths: Paths; address: ControlAddress }> {
  const paths = resolvePaths(config, root, env);
  const { state } = paths;
  await mkdir(state, { recursive: true, mode: 0o700 });
  await writeNew(join(state, '.gitignore'), '*\n');
  return { paths, address: await controlAddress({ locked: state, state }) };
}

/** Takes the lock of an installation. Throws `ALREADY_RUNNING` when another process has it. */
export async function takeLock(
  loaded: LoadedConfig,
  env: Environment,
  stack: AsyncDisposableStack,
): Promise<{ lock: Lock; paths: Paths }> {
  const { paths, address } = await locate(loaded, env);
  const lock = await acquireLock(address);
  if (lock.kind === 'held') {
    const pid = lock.pid ?? (await readDaemonInfo(paths.state))?.pid ?? null;
    const who = pid === null ? 'Another ticketmill' : `Another ticketmill (process ${pid})`;
    throw new Failure('ALREADY_RUNNING', `${who} is at work on ${paths.root}.`);
  }
  stack.defer(() => lock.release());
  return { lock, paths };
}
