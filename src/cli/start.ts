import type { Command } from 'commander';
import { concurrencyOf } from './concurrency.ts';
import { examples } from './examples.ts';
import { exitCodeOf, followDaemon, printOutcome } from './follow-daemon.ts';
import type { Run, Session } from './session.ts';

export function addStartCommand(program: Command, run: Run): void {
  program
    .command('start')
    .description('take tickets from the todo folder and make pull requests of them, until it is stopped')
    .option('--once', 'end when nothing more can be done; 1 when a ticket failed, 3 when an outage held them')
    .option('--concurrency <n>', 'tickets at the same time, 1 to 10 (default: as configured)', concurrencyOf)
    .option('--no-server', 'no HTTP server')
    .addHelpText('after', examples('start', 'start --once --no-server'))
    .action(run(start));
}

type StartOptions = { once?: boolean; concurrency?: number; server: boolean };

async function start(session: Session, options: StartOptions): Promise<number> {
  const { output, signal } = session;
  const { once = false, concurrency = null, server } = options;
  const loaded = session.load();
  for (const notice of loaded.notices) output.say(notice);
  const house = await session.house(loaded);
  const outcome = await followDaemon(session, house, { once, only: null, concurrency, server });
  // A daemon that was asked to end has done what it should.
  if (!once) return 0;
  await printOutcome(outcome, output);
  return signal.aborted ? 130 : exitCodeOf(outcome);
}
