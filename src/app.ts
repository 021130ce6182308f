import { randomUUID } from 'node:crypto';
import { actions } from './app/act-on-command.ts';
import type { House } from './app/house.ts';
import { openRooms } from './app/open-rooms.ts';
import { startDaemon } from './app/start-daemon.ts';
import { systemClock } from './app/system-clock.ts';
import { locate, takeLock } from './app/take-lock.ts';
import type { Environment } from './config/environment.ts';
import type { LoadedConfig } from './config/load.ts';
import { sendCommand } from './control/send-command.ts';
import type { CommandName, Commands } from './domain/command.ts';
import type { FailureCode } from './domain/failure.ts';
import { Failure, failureCodes } from './domain/failure.ts';
import { recoverWork } from './pipeline/recover-work.ts';

/** The composition root: a config in, a house out that nothing happens in until it is asked. */
export function openHouse(loaded: LoadedConfig, env: Environment): House {
  return {
    start: (options) => startDaemon(loaded, env, options),
    async act(command, args, signal) {
      const { address } = await locate(loaded, env);
      const answer = await sendCommand(address, { id: randomUUID(), command, args }, { signal });
      if (answer === null) return actAlone({ loaded, env }, { command, args }, signal);
      if (answer.ok) return answer.result as Commands[typeof command]['result'];
      throw failureOf(answer.error);
    },
  };
}

/** Nobody is at work: the command takes the lock for as long as it lasts, so that nobody begins meanwhile. */
async function actAlone<Name extends CommandName>(
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

/** What the daemon answered, as if it had been thrown here. */
function failureOf({ code, message }: { code: string; message: string }): Failure {
  const known = failureCodes.find((each): each is FailureCode => each === code);
  return new Failure(known ?? 'INTERNAL', message);
}
