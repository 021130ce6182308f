import type { Command } from 'commander';
import { examples } from './examples.ts';
import { statusText } from './print-status.ts';
import type { Run, Session } from './session.ts';

export function addStatusCommand(program: Command, run: Run): void {
  program
    .command('status')
    .description('folders, running and waiting tickets, model hosts and models')
    .option('--watch', 'again every second, until it is interrupted')
    .addHelpText('after', examples('status', 'status --watch', 'status --json'))
    .action(run(status));
}

const watchEvery = 1000;
const clearScreen = '\u001b[H\u001b[J';

async function status(session: Session, { watch }: { watch?: boolean }): Promise<number> {
  const { output, signal, clock, isTerminal } = session;
  const house = await session.house();
  const redraws = watch === true && isTerminal.stdout && !output.json;
  for (;;) {
    const report = await house.act('status', {}, signal);
    if (output.json) await output.printJson(report);
    else await output.print((redraws ? clearScreen : '') + statusText(report, output.paint));
    if (watch !== true) return 0;
    await clock.wait(watchEvery, signal);
  }
}
