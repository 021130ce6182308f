import type { Command } from 'commander';
import { examples } from './examples.ts';
import { printSettled } from './print-settled.ts';
import type { Run, Session } from './session.ts';

export function addCancelCommand(program: Command, run: Run): void {
  program
    .command('cancel')
    .description('stop work on a ticket and put it aside as failed')
    .argument('<id>', "the ticket's id, or the name of its file")
    .addHelpText('after', examples('cancel task-12'))
    .action(run(cancel));
}

async function cancel({ house, output, signal }: Session, id: string): Promise<number> {
  return printSettled(await (await house()).act('cancel', { id }, signal), output);
}
