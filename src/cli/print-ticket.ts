import type { TicketReport } from '../domain/command.ts';
import { forLine } from '../domain/untrusted.ts';
import { countFindings, describeEvent } from './describe-event.ts';
import { duration } from './duration.ts';
import type { Output, Paint } from './output.ts';
import { paintDiff } from './paint-diff.ts';

/** All that is known of one ticket. */
export async function printTicket(report: TicketReport, output: Output): Promise<void> {
  if (output.json) return output.printJson(report);
  const { paint } = output;
  const title = `${paint('strong', forLine(report.id, 80))}  ${forLine(report.title, 200)}`;
  const facts = factsOf(report).map(([name, value]) => `  ${name.padEnd(13)} ${forLine(value, 1000)}`);
  const parts = [
    [title, ...facts],
    section('Checks', checkLines(report)),
    section('Review', reviewLines(report)),
    section('Timeline', timelineLines(report, paint)),
    report.diff === null ? [] : ['', paintDiff(report.diff, paint)],
  ];
  await output.print(parts.flat().join('\n').trimEnd());
}

type Fact = [name: string, value: string];

function factsOf(report: TicketReport): Fact[] {
  const { attempts, retries, model, branch, base, head, pullRequest, spent, hold, lastError } = report;
  const { input, output, requests, usd } = spent;
  const tried = `${attempts}${retries > 0 ? `, brought back ${retries} times` : ''}`;
  const from = base === null ? '' : ` from ${base.branch} ${base.sha.slice(0, 7)}`;
  const cost = usd > 0 ? `, ${usd.toFixed(4)} USD` : '';
  const facts: (Fact | null)[] = [
    ['state', `${report.state}${report.step === null ? '' : ` (${report.step})`}`],
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

function checkLines({ checks }: TicketReport): string[] {
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

function timelineLines({ timeline }: TicketReport, paint: Paint): string[] {
  return timeline.flatMap(({ time, event }) => {
    const told = describeEvent(event);
    return told === null ? [] : [`${forLine(time, 40)}  ${paint(told.tone, told.text)}`];
  });
}
