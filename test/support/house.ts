import type { Daemon, DaemonOptions, House, Outcome, WorkerOptions } from '../../src/app/house.ts';
import type { CommandName, Commands } from '../../src/domain/command.ts';
import type { Event } from '../../src/domain/event.ts';

type Answers = {
  [Name in CommandName]?: (args: Commands[Name]['args']) => Commands[Name]['result'];
};

export type PreparedHouse = {
  /** What a command is answered with; one without an answer fails the test. */
  answers?: Answers;
  /** What the daemon meets; `start` returns before it begins. */
  events?: Event[];
  /** Events that come before `start` has returned. */
  earlyEvents?: Event[];
  outcome?: Outcome;
  invitation?: string;
  url?: string | null;
  /** Thrown by `start`. */
  refusal?: Error;
  /** The daemon ends only when it is told to, so often. */
  untilStopped?: true | 'twice';
};

export type HouseDouble = House & {
  asked: { command: string; args: unknown }[];
  started: DaemonOptions[];
  worked: WorkerOptions[];
};

/** A house for tests of the command line: answers as prepared and notes what it was asked. */
export function houseDouble(prepared: PreparedHouse): HouseDouble {
  const asked: HouseDouble['asked'] = [];
  const started: DaemonOptions[] = [];
  const worked: WorkerOptions[] = [];
  return {
    asked,
    started,
    worked,
    act<Name extends CommandName>(command: Name, args: Commands[Name]['args']) {
      asked.push({ command, args });
      const answer = prepared.answers?.[command] as ((given: object) => Commands[Name]['result']) | undefined;
      if (answer === undefined) return Promise.reject(new Error(`no answer prepared for ${command}`));
      return Promise.resolve().then(() => answer(args));
    },
    start(options) {
      started.push(options);
      if (prepared.refusal !== undefined) return Promise.reject(prepared.refusal);
      prepared.earlyEvents?.forEach(options.observe);
      return Promise.resolve(startDaemon(options, prepared));
    },
    work(options) {
      worked.push(options);
      return Promise.resolve(startDaemon(options, prepared));
    },
  };
}

function startDaemon(options: Pick<DaemonOptions, 'observe'>, prepared: PreparedHouse): Daemon {
  const outcome = prepared.outcome ?? { settled: [], left: [] };
  let left = prepared.untilStopped === 'twice' ? 2 : 1;
  const stopped = Promise.withResolvers<undefined>();
  const stop = (): void => {
    left -= 1;
    if (left === 0) stopped.resolve(undefined);
  };
  const ended = new Promise<void>((resolve) => {
    setImmediate(resolve);
  }).then(async () => {
    prepared.events?.forEach(options.observe);
    if (prepared.untilStopped !== undefined) await stopped.promise;
    return outcome;
  });
  return { url: prepared.url ?? null, invitation: prepared.invitation ?? null, ended, stop };
}
