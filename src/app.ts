import { randomUUID } from 'node:crypto';
import type { House } from './app/house.ts';
import { locate } from './app/take-lock.ts';
import type { Environment } from './config/environment.ts';
import type { LoadedConfig } from './config/load.ts';
import { sendCommand } from './control/send-command.ts';
import type { Commands } from './domain/command.ts';
import type { FailureCode } from './domain/failure.ts';
import { Failure, failureCodes } from './domain/failure.ts';

/**
 * The composition root: a config in, a house out that nothing happens in until it is asked. Its rooms are loaded then:
 * a command that the daemon carries out needs none of them.
 */
export function openHouse(loaded: LoadedConfig, env: Environment): House {
  return {
    async start(options) {
      const { startDaemon } = await import('./app/start-daemon.ts');
      return startDaemon(loaded, env, options);
    },
    async work(options) {
      const { runWorker } = await import('./app/workshop/run-worker.ts');
      return runWorker(loaded, env, options);
    },
    async act(command, args, signal) {
      const { address } = await locate(loaded, env);
      const answer = await sendCommand(address, { id: randomUUID(), command, args }, { signal });
      if (answer?.ok === false) throw failureOf(answer.error);
      if (answer !== null) return answer.result as Commands[typeof command]['result'];
      const { actAlone } = await import('./app/act-alone.ts');
      return actAlone({ loaded, env }, { command, args }, signal);
    },
  };
}

/** What the daemon answered, as if it had been thrown here. */
function failureOf({ code, message }: { code: string; message: string }): Failure {
  const known = failureCodes.find((each): each is FailureCode => each === code);
  return new Failure(known ?? 'INTERNAL', message);
}
