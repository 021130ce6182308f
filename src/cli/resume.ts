import type { Command } from 'commander';
import { examples } from './examples.ts';
import type { Run, Session } from './session.ts';

export function addResumeCommand(program: Command, run: Run): void {
  program
    .command('resume')
    .description('take tickets again')
    .addHelpText('after', examples('resume'))
    .action(run(resume));
}

async function resume({ house, output, signal }: Session): Promise<number> {
  const result = await (await house()).act('resume', {}, signal);
  if (output.json) await output.printJson(result);
  else await output.print('Tickets are taken again.');
  return 0;
}
