import type { Command } from 'commander';
import { examples } from './examples.ts';
import { printSettled } from './print-settled.ts';
import type { Run, Session } from './session.ts';

export function addMergeCommand(program: Command, run: Run): void {
  program
    .command('merge')
    .description('merge the pull request of a ticket into its base branch')
    .argument('<id>', "the ticket's id, or the name of its file")
    .addHelpText('after', examples('merge task-12'))
    .action(run(merge));
}

async function merge({ house, output, signal }: Session, id: string): Promise<number> {
  return printSettled(await (await house()).act('merge', { id }, signal), output);
}
