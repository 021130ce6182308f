import type { Command } from 'commander';
import { Failure } from '../domain/failure.ts';
import { examples } from './examples.ts';
import { costLines } from './print-costs.ts';
import type { Run, Session } from './session.ts';

export function addCostsCommand(program: Command, run: Run): void {
  program
    .command('costs')
    .description('what was spent, by model, provider, ticket and day, and what could be spared')
    .option('--since <date>', 'from this day on (UTC), such as 2026-01-31')
    .addHelpText('after', examples('costs', 'costs --since 2026-01-31', 'costs --json'))
    .action(run(costs));
}

async function costs(session: Session, { since }: { since?: string }): Promise<number> {
  const { output, signal } = session;
  const from = since === undefined ? null : readDay(since);
  const report = await (await session.house()).act('costs', { since: from }, signal);
  if (output.json) await output.printJson(report);
  else await output.print(costLines(report, output.paint).join('\n'));
  return 0;
}

function readDay(written: string): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(written);
  const day = new Date(isDay ? written : Number.NaN);
  if (!Number.isNaN(day.getTime()) && day.toISOString().startsWith(written)) return day.toISOString();
  throw new Failure('BAD_USAGE', `--since is "${written}"; expected a day such as 2026-01-31.`);
}
