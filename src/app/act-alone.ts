import type { Environment } from '../config/environment.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { CommandName, Commands } from '../domain/command.ts';
import { recoverWork } from '../pipeline/recover-work.ts';
import { actions } from './act-on-command.ts';
import { openRooms } from './open-rooms.ts';
import { systemClock } from './system-clock.ts';
import { takeLock } from './take-lock.ts';

/** Nobody is at work: the command takes the lock for as long as it lasts, so that nobody begins meanwhile. */
export async function actAlone<Name extends CommandName>(
  { loaded, env }: { loaded: LoadedConfig; env: Environment },
  { command, args }: { command: Name; args: Commands[Name]['args'] },
  signal: AbortSignal,
): Promise<Commands[Name]['result']> {
  const stack = new AsyncDisposableStack();
  try {
    const { paths } = await takeLock(loaded, env, stack);
    const silent = (): void => undefined;
    const rooms = await openRooms(
      {
        loaded,
        paths,
        env,
        clock: systemClock,
        works: false,
        // Nobody watched how files came here; what can be read whole is taken for whole.
        arrivedByRename: () => true,
        console: null,
        observe: silent,
      },
      stack,
    );
    await recoverWork(rooms.story);
    return await actions(rooms, null)[command](args, signal);
  } finally {
    await stack.disposeAsync();
  }
}
