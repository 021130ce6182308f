import { duration } from '../../src/cli/duration.ts';
import { countFindings } from '../../src/cli/describe-event.ts';
import type { Paint } from '../../src/cli/output.ts';
import { paintDiff } from '../../src/cli/paint-diff.ts';
import type { TicketReport } from '../../src/domain/command.ts';
import { forLine } from '../../src/domain/untrusted.ts';
import type { DemoTicket } from './tickets.ts';

/** What became of one ticket of the demo. */
export type Result = { ticket: DemoTicket; report: TicketReport; elapsedMs: number };

function isRefused({ report }: Result): boolean {
  return report.state === 'failed' && report.lastError?.code.startsWith('GUARD_') === true;
}

/** As the demo wants it: in review or done, or for the one that asks too much, without a pull request. */
export function isAsExpected({ ticket, report }: Result): boolean {
  if (ticket.expected === 'refused by a guard') return report.pullRequest === null;
  return report.state === 'review' || report.state === 'done';
}

/** Pull request, model and cost, checks, review and diff of one ticket. */
export function describeResult(result: Result, paint: Paint): string {
  const { report } = result;
  const { id, title, checks, diff } = report;
  const facts: [name: string, value: string][] = [
    ...outcomeOf(result, paint),
    ['fast path', fastPathOf(report)],
    ['work', workOf(result)],
    [
      'checks',
      checks.map(({ name, outcome, elapsedMs }) => `${name} ${outcome} (${duration(elapsedMs)})`).join(', '),
    ],
    ['review', reviewOf(report)],
  ];
  const lines = facts
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `  ${paint('dim', name.padEnd(12))}  ${value}`);
  const shown = diff === null || diff === '' ? [] : ['', indent(paintDiff(shortened(diff), paint))];
  return [paint('strong', `${forLine(id, 60)}  ${forLine(title, 100)}`), ...lines, ...shown].join('\n');
}

function outcomeOf(result: Result, paint: Paint): [string, string][] {
  const { ticket, report } = result;
  const { state, pullRequest, branch, base, lastError, hold } = report;
  if (isRefused(result)) {
    const wanted = ticket.expected === 'refused by a guard' ? ', as it should be' : '';
    return [
      ['outcome', paint('warn', `refused by a guard${wanted}`)],
      ['reason', forLine(`${lastError?.message ?? ''} (${lastError?.code ?? ''})`, 300)],
    ];
  }
  if (pullRequest !== null)
    return [
      ['pull request', `${paint('good', `#${pullRequest.number} ${pullRequest.state}`)}  ${pullRequest.url}`],
      ['branch', `${branch ?? ''} from ${base?.branch ?? ''} ${base?.sha.slice(0, 7) ?? ''}`],
    ];
  const reason = lastError ?? hold;
  const why = lastError?.message ?? hold?.reason ?? 'it waits for another ticket';
  return [
    ['outcome', paint('bad', forLine(`${state}: ${why}${reason === null ? '' : ` (${reason.code})`}`, 400))],
  ];
}

function fastPathOf({ model }: TicketReport): string {
  const recipe = /^recipe\/(.*)$/.exec(model ?? '')?.[1];
  return recipe === undefined ? '' : `${recipe}: no model was asked to make this change`;
}

function workOf({ report, elapsedMs }: Result): string {
  const { input, output, requests, usd } = report.spent;
  if (requests === 0) return '';
  const tokens = `${input} tokens read, ${output} written in ${requests} requests`;
  return `${duration(elapsedMs)}, ${tokens}, ${usd.toFixed(2)} USD  (${forLine(report.model ?? '', 80)})`;
}

/** Every look of the reviewer, and what it said of what is published. */
function reviewOf({ timeline, verdict }: TicketReport): string {
  const looks = timeline.flatMap(({ event }) =>
    event.type === 'review:finished' ? [countFindings(event.findings)] : [],
  );
  return verdict === null ? '' : forLine(`${looks.join(', sent back; then ')}. ${verdict.summary}`, 300);
}

/** The whole hashes of git's plumbing say nothing to a reader. */
function shortened(diff: string): string {
  return diff.replace(/^index .*\n/gm, '').trimEnd();
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ').replace(/ +$/gm, '');
}

/** `4 pull requests (1 merged, 3 open), 1 ticket refused by a guard, as it should be.` */
export function summarise(results: readonly Result[]): string {
  const pullRequests = results.flatMap(({ report }) => report.pullRequest ?? []);
  const merged = pullRequests.filter(({ state }) => state === 'merged').length;
  const refused = results.filter(
    (result) => result.ticket.expected === 'refused by a guard' && isRefused(result),
  );
  const amiss = results.filter((result) => !isAsExpected(result));
  const parts = [
    `${pullRequests.length} pull requests (${merged} merged, ${pullRequests.length - merged} open)`,
    ...(refused.length === 0 ? [] : [`${refused.length} ticket refused by a guard, as it should be`]),
    ...(amiss.length === 0
      ? []
      : [`${amiss.length} not as hoped: ${amiss.map(({ report }) => report.id).join(', ')}`]),
  ];
  const tokens = results.reduce((sum, { report }) => sum + report.spent.input + report.spent.output, 0);
  const usd = results.reduce((sum, { report }) => sum + report.spent.usd, 0);
  return `${parts.join(', ')}. ${tokens} tokens, ${usd.toFixed(2)} USD.`;
}
