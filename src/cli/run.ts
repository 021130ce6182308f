import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Failure } from '../domain/failure.ts';
import { examples } from './examples.ts';
import { exitCodeOf, followDaemon, printOutcome } from './follow-daemon.ts';
import { followElsewhere } from './follow-elsewhere.ts';
import type { Run, Session } from './session.ts';

export function addRunCommand(program: Command, run: Run): void {
  program
    .command('run')
    .description('work on one ticket in the foreground; a copy of the file is put into the todo folder')
    .argument('<file>', "the ticket's file, in the todo folder or anywhere else")
    .addHelpText('after', examples('run backlog/todo/login.md', 'run ~/ideas/dark-mode.md'))
    .action(run(runTicket));
}

async function runTicket(session: Session, written: string): Promise<number> {
  const { output, cwd, signal } = session;
  const loaded = session.load();
  const house = await session.house(loaded);
  const { addFile } = await import('../app/tools.ts');
  const file = await addFile(resolve(cwd, written), loaded.paths.folders.todo);
  try {
    const wanted = { once: true, only: file, concurrency: null, server: false };
    const outcome = await followDaemon(session, house, wanted);
    await printOutcome(outcome, output);
    if (signal.aborted) return 130;
    const wasHeld = outcome.settled.length === 0 && outcome.left.some(({ outage }) => !outage);
    return wasHeld ? 1 : exitCodeOf(outcome);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'ALREADY_RUNNING') throw error;
    output.say('The running daemon takes it.');
    return await followElsewhere(session, house, file);
  }
}
