import type { Command } from 'commander';
import { examples } from './examples.ts';
import type { Run, Session } from './session.ts';

export function addPauseCommand(program: Command, run: Run): void {
  program
    .command('pause')
    .description('take no more tickets; what runs goes on (the file PAUSE in the backlog does the same)')
    .addHelpText('after', examples('pause'))
    .action(run(pause));
}

async function pause({ house, output, signal }: Session): Promise<number> {
  const result = await (await house()).act('pause', {}, signal);
  if (output.json) await output.printJson(result);
  else await output.print('Paused: no more tickets are taken until `ticketmill resume`.');
  return 0;
}
