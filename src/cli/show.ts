import type { Command } from 'commander';
import { examples } from './examples.ts';
import { printTicket } from './print-ticket.ts';
import type { Run, Session } from './session.ts';

export function addShowCommand(program: Command, run: Run): void {
  program
    .command('show')
    .description('the story of one ticket: attempts, models, tokens, checks, review, pull request')
    .argument('<id>', "the ticket's id, or the name of its file")
    .option('--diff', 'with the whole change')
    .addHelpText('after', examples('show task-12', 'show task-12 --diff'))
    .action(run(show));
}

async function show(session: Session, id: string, { diff }: { diff?: boolean }): Promise<number> {
  const { house, output, signal } = session;
  const report = await (await house()).act('show', { id, diff: diff === true }, signal);
  await printTicket(report, output);
  if (diff === true && report.diff === null) output.say('There is no change of this ticket to show.');
  return 0;
}
