import type { Command } from 'commander';
import { examples } from './examples.ts';
import { printSettled } from './print-settled.ts';
import type { Run, Session } from './session.ts';

export function addApproveCommand(program: Command, run: Run): void {
  program
    .command('approve')
    .description('let a held change be published, or take a finished one as done')
    .argument('<id>', "the ticket's id, or the name of its file")
    .addHelpText('after', examples('approve task-12'))
    .action(run(approve));
}

async function approve({ house, output, signal }: Session, id: string): Promise<number> {
  return printSettled(await (await house()).act('approve', { id }, signal), output);
}
