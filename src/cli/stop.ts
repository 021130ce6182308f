import type { Command } from 'commander';
import { examples } from './examples.ts';
import type { Run, Session } from './session.ts';

export function addStopCommand(program: Command, run: Run): void {
  program
    .command('stop')
    .description('end the running daemon; tickets in work go on with the next one')
    .addHelpText('after', examples('stop'))
    .action(run(stop));
}

async function stop({ house, output, signal }: Session): Promise<number> {
  const result = await (await house()).act('stop', {}, signal);
  if (output.json) await output.printJson(result);
  else await output.print(result.stopping ? 'The daemon ends.' : 'No daemon runs here.');
  return 0;
}
