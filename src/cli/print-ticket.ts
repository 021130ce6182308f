import type { TicketReport } from '../domain/command.ts';
import type { Event } from '../domain/event.ts';
import { forLine } from '../domain/untrusted.ts';
import { countFindings, describeEvent } from './describe-event.ts';
import type { Told } from './describe-event.ts';
import { duration } from './duration.ts';
import type { Output } from './output.ts';
import { paintDiff } from './paint-diff.ts';

/** All that is known of one ticket. */
export async function printTicket(report: TicketReport, output: Output): Promise<void> {
  if (output.json) return output.printJson(report);
  await output.print(ticketText(report, output));
}

/** How much is told, and in which colours. */
type Telling = Pick<Output, 'paint' | 'verbose'>;

/** The same as lines. */
export function ticketText(report: TicketReport, output: Telling): string {
  const { paint } = output;
  const title = `${paint('strong', forLine(report.id, 80))}  ${forLine(report.title, 200)}`;
  const facts = factsOf(report).map(([name, value]) => `  ${name.padEnd(13)} ${forLine(value, 1000)}`);
  const parts = [
    [title, ...facts],
    section('Checks', checkLines(report)),
    section('Review', reviewLines(report)),
    section('Timeline', timelineLines(report, output)),
    report.diff === null ? [] : ['', paintDiff(report.diff, paint)],
  ];
  return parts.flat().join('\n').trimEnd();
}

type Fact = [name: string, value: string];

function factsOf(report: TicketReport): Fact[] {
  const { attempts, retries, model, branch, base, head, pullRequest, spent, hold, lastError } = report;
  const { input, output, requests, usd } = spent;
  const tried = `${attempts}${retries > 0 ? `, brought back ${retries} times` : ''}`;
  const from = base === null ? '' : ` from ${base.branch} ${base.sha.slice(0, 7)}`;
  const cost = usd > 0 ? `, ${usd.toFixed(4)} USD` : '';
  const facts: (Fact | null)[] = [
    [
      'state',
      `${report.state}${report.step === null || report.step === 'settled' ? '' : ` (${report.step})`}`,
    ],
    ['file', report.file],
    attempts > 0 ? ['attempts', tried] : null,
    model === null ? null : ['model', model],
    requests > 0 ? ['spent', `${input} tokens read, ${output} written, ${requests} requests${cost}`] : null,
    branch === null ? null : ['branch', `${branch}${head === null ? '' : ` at ${head.slice(0, 7)}`}${from}`],
    pullRequest === null
      ? null
      : ['pull request', `#${pullRequest.number} ${pullRequest.state} ${pullRequest.url}`],
    hold === null ? null : ['held', `${hold.reason} (${hold.code})`],
    lastError === null ? null : ['error', `${lastError.message} (${lastError.code})`],
    lastError === null ? null : ['what to do', lastError.hint],
  ];
  return facts.filter((fact) => fact !== null);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function checkLines({ checks, verdict, head }: TicketReport): string[] {
  if (checks.length === 0 && (head ?? verdict) !== null)
    return ['none: no check is configured, and none was found in the repository'];
  return checks.map(({ name, outcome, elapsedMs }) =>
    forLine(`${name}: ${outcome} (${duration(elapsedMs)})`, 200),
  );
}

function reviewLines({ verdict }: TicketReport): string[] {
  if (verdict === null) return [];
  const { model, summary, findings, advisory } = verdict;
  const remarks = findings.map(
    ({ severity, file, line, message }) => `[${severity}] ${file}:${line} ${message}`,
  );
  const advice = advisory === undefined ? [] : [`advice only: ${advisory}`];
  return [`${model}: ${countFindings(findings)}`, ...advice, summary, ...remarks].map((line) =>
    forLine(line, 1000),
  );
}

/** What came of it, to the second; with --verbose every step and call of a model too. */
function timelineLines({ timeline }: TicketReport, { verbose, paint }: Telling): string[] {
  return timeline.flatMap(({ time, event }) => {
    const told = describeEvent(event);
    if (told === null || !(verbose || isOutcome(event, told))) return [];
    return [`${forLine(time, 40).slice(0, 19).replace('T', ' ')}  ${paint(told.tone, told.text)}`];
  });
}

/** That a stage began says less than what came of it. */
function isOutcome({ type }: Event, { weight }: Told): boolean {
  return type === 'decision:made' || (weight === 'news' && type !== 'stage:started');
}
