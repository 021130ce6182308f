import type { Command } from 'commander';
import { examples } from './examples.ts';
import { statusText } from './print-status.ts';
import type { Run, Session } from './session.ts';
import { watchStatus } from './watch/watch-status.ts';

export function addStatusCommand(program: Command, run: Run): void {
  program
    .command('status')
    .description('folders, running and waiting tickets, model hosts and models')
    .option('--watch', 'kept up to date on the whole terminal, with keys to open, retry and cancel')
    .addHelpText('after', examples('status', 'status --watch', 'status --json'))
    .action(run(status));
}

/** Milliseconds between two looks where there is no terminal to draw on. */
const watchEvery = 1000;

async function status(session: Session, { watch }: { watch?: boolean }): Promise<number> {
  const { output, signal, clock, terminal, env } = session;
  const house = await session.house();
  if (watch === true && terminal !== null && !output.json && env['TERM'] !== 'dumb')
    return watchStatus(session, house, terminal);
  for (;;) {
    const report = await house.act('status', {}, signal);
    if (output.json) await output.printJson(report);
    else await output.print(statusText(report, output.paint));
    if (watch !== true) return 0;
    await clock.wait(watchEvery, signal);
  }
}
