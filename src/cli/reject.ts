import type { Command } from 'commander';
import { examples } from './examples.ts';
import { printSettled } from './print-settled.ts';
import type { Run, Session } from './session.ts';

export function addRejectCommand(program: Command, run: Run): void {
  program
    .command('reject')
    .description('refuse the change of a ticket; the ticket fails and its pull request is closed')
    .argument('<id>', "the ticket's id, or the name of its file")
    .option('--reason <text>', 'why, for the ticket and the pull request')
    .addHelpText('after', examples('reject task-12 --reason "It must keep the old URL working."'))
    .action(run(reject));
}

async function reject(
  { house, output, signal }: Session,
  id: string,
  { reason }: { reason?: string },
): Promise<number> {
  const settled = await (await house()).act('reject', { id, reason: reason ?? null }, signal);
  return printSettled(settled, output);
}
