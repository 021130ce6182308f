import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { RetryReport, TriagedTicket } from '../domain/command.ts';
import { forLine } from '../domain/untrusted.ts';
import { examples } from './examples.ts';
import type { Output, Tone } from './output.ts';
import type { Run, Session } from './session.ts';

export function addRetryFailedCommand(program: Command, run: Run): void {
  program
    .command('retry-failed')
    .description('look through the failed tickets and bring back those that are worth another try')
    .option('--task-id <id>', "only this ticket: its id, or its file's name")
    .option('--max-age-days <n>', 'leave what failed longer ago (default: as configured)', daysOf)
    .option('--dry-run', 'only say what would be done')
    .option('--force', 'whatever age, number and sense of another try')
    .addHelpText('after', examples('retry-failed --dry-run', 'retry-failed --task-id task-12 --force'))
    .action(run(retryFailed));
}

type RetryOptions = { taskId?: string; maxAgeDays?: number; dryRun?: boolean; force?: boolean };

async function retryFailed(session: Session, options: RetryOptions): Promise<number> {
  const { house, output, signal } = session;
  const { taskId = null, maxAgeDays = null, dryRun = false, force = false } = options;
  const order = { id: taskId, maxAgeDays, dryRun, force };
  const report = await (await house()).act('retry-failed', order, signal);
  const tickets = report.groups.flatMap((group) => group.tickets);
  if (output.json) await output.printJson(report);
  else await output.print(describeReport(report, tickets, output));
  // Who asked for one ticket wants to know whether it went.
  return taskId !== null && !dryRun && tickets.every(({ movedTo }) => movedTo === null) ? 1 : 0;
}

function describeReport(
  { groups, dryRun }: RetryReport,
  tickets: TriagedTicket[],
  { paint }: Output,
): string {
  if (tickets.length === 0) return 'No ticket has failed.';
  const blocks = groups.map(({ errorType, tickets: own }) => {
    const lines = own.map((ticket) => describeTicket(ticket, dryRun, paint));
    return `${paint('strong', `${forLine(errorType, 40)} (${own.length})`)}\n${lines.join('\n')}`;
  });
  const back = tickets.filter(({ verdict }) => verdict === 'retry').length;
  const summary = `${back} of ${tickets.length} ${dryRun ? 'would go' : 'went'} back to todo.`;
  return [...blocks, summary].join('\n\n');
}

const verdicts: Record<TriagedTicket['verdict'], [word: string, tone: Tone]> = {
  retry: ['retry', 'good'],
  later: ['later', 'warn'],
  no: ['stays', 'bad'],
};

function describeTicket(ticket: TriagedTicket, dryRun: boolean, paint: Output['paint']): string {
  const { id, verdict, reason, difference, code, error, retryCount } = ticket;
  const [word, tone] = verdicts[verdict];
  const count = verdict === 'retry' && dryRun ? retryCount + 1 : retryCount;
  const failed = code === null ? '' : `: ${code} ${forLine(error ?? '', 200)}`;
  const different = difference ?? (verdict === 'retry' ? 'nothing that can be seen from here' : null);
  return [
    `  ${paint('strong', forLine(id, 80))}${failed}`,
    `    ${paint(tone, word)}${verdict === 'retry' ? ` (number ${count})` : ''}: ${forLine(reason, 400)}`,
    ...(different === null ? [] : [`    different this time: ${forLine(different, 200)}`]),
  ].join('\n');
}

function daysOf(written: string): number {
  const number = Number(written);
  if (written.trim() !== '' && number >= 0 && number <= 36_500) return number;
  throw new InvalidArgumentError('Expected a number of days from 0 to 36500.');
}
