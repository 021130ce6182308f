import type { CheckResult, Remark, Spending } from './change.ts';
import type { JudgedCriterion } from './criteria.ts';
import { idAfter } from './id-after.ts';
import type { Finding, Verdict } from './review.ts';
import { cut, forCommitMessage, joinLines } from './untrusted.ts';
import { asCode, forMarkdown, forMarkdownLine, forTitle, quote } from './untrusted-markdown.ts';

/** What is told of a finished run. Everything in it but numbers is foreign text; the words around it are ours. */
export type WorkDone = {
  id: string;
  key: string;
  runId: string;
  title: string;
  description: string;
  criteria: readonly JudgedCriterion[];
  /** The model that made the change. */
  model: string;
  /** Null when the review is switched off. */
  verdict: Verdict | null;
  checks: readonly CheckResult[];
  /** What the guards saw and let pass. */
  remarks?: readonly Remark[];
  spent: Spending;
  /** Whether the ticket says something else by now. */
  edited?: boolean;
  /** Address of the issue that the ticket was made of. */
  issue?: string;
};

/** Forges refuse longer ones: GitHub takes 256 characters and 65,536. */
const longestTitle = 256;
const longestBody = 60_000;
const longestSubject = 120;

/** Subject, what was asked, and the trailers by which a commit is found again after a crash. */
export function writeCommitMessage(format: string, work: WorkDone): string {
  const subject = joinLines(
    forCommitMessage(
      fill(format, work, (text) => joinLines(text)),
      longestSubject,
    ),
  );
  const description = forCommitMessage(work.description.trim(), 2000);
  const trailers = [
    `Ticket: ${trailer(work.id)}`,
    `Ticket-Key: ${trailer(work.key)}`,
    `Ticketmill-Run: ${trailer(work.runId)}`,
    `Ticketmill-Model: ${trailer(work.model)}`,
    `Ticketmill-Review: ${trailer(reviewInBrief(work.verdict))}`,
  ].join('\n');
  return [subject, description, trailers].filter((part) => part !== '').join('\n\n') + '\n';
}

export function writePullRequestTitle(template: string, work: WorkDone): string {
  return (
    forTitle(
      fill(template, work, (text) => joinLines(text)),
      longestTitle,
    ) || forTitle(work.id, longestTitle)
  );
}

/**
 * The body by a template of the config, or our own when there is none; at most 60 kB. Where it would be longer, the
 * foreign parts are shortened, each with a notice, never the frame.
 */
export function writePullRequestBody(template: string | null, work: WorkDone): string {
  for (let room = 16_000; room >= 250; room /= 2) {
    const body =
      template === null ? ownBody(work, room) : fill(template, work, (text) => forMarkdown(text, room));
    if (bytes(body) <= longestBody) return body;
  }
  return cut(template ?? '', longestBody / 4);
}

function ownBody(work: WorkDone, room: number): string {
  const sections = [
    `Made by ticketmill from ticket ${asCode(work.id, 100)}${issueOf(work)}.`,
    work.edited === true && 'The ticket was edited while this was made; this is about what it said before.',
    section('What was asked', quote(forMarkdown(work.description.trim() || work.title, room))),
    work.criteria.length > 0 && section('Acceptance criteria', criteria(work.criteria, room)),
    section('Checks', checks(work.checks, room)),
    (work.remarks ?? []).length > 0 && section('What the guards saw', remarks(work.remarks ?? [], room)),
    section('Review', review(work.verdict, room)),
    section('How it was made', origin(work)),
    section('To ask for changes', requestChanges(work)),
  ];
  return sections.filter((part) => part !== false).join('\n\n') + '\n';
}

/** An address of this very form is no more than it seems, and the forge shows the pull request at the issue. */
function issueOf({ issue = '' }: WorkDone): string {
  return /^https?:\/\/[\w.:-]+(?:\/[\w.-]+){2,3}\/issues\/\d+$/.test(issue) ? `, for ${issue}` : '';
}

function section(heading: string, text: string): string {
  return `## ${heading}\n\n${text}`;
}

function criteria(all: readonly JudgedCriterion[], room: number): string {
  return list(all, room, ({ text, evidence }) => {
    const shown =
      evidence === null ? 'no check and nothing in the diff shows it' : forMarkdownLine(evidence, 300);
    return `- [${evidence === null ? ' ' : 'x'}] ${forMarkdownLine(text, 500)} (${shown})`;
  });
}

function checks(results: readonly CheckResult[], room: number): string {
  if (results.length === 0) return 'No check is configured, and none was found in the repository.';
  const rows = list(results, room, (result) => {
    const exits = `${result.exitCode ?? 'killed'} (before: ${result.baseExitCode ?? '–'})`;
    return `| ${forMarkdownLine(result.name, 100)} | ${result.outcome} | ${exits} | ${(result.elapsedMs / 1000).toFixed(1)} s |`;
  });
  return `| check | outcome | exit code | took |\n| --- | --- | --- | --- |\n${rows}`;
}

function remarks(all: readonly Remark[], room: number): string {
  return list(all, room, ({ path, line, text }) => {
    const place = path === '' ? '' : `${asCode(line > 0 ? `${path}:${line}` : path, 300)} `;
    return `- ${place}${forMarkdownLine(text, 500)}`;
  });
}

function review(verdict: Verdict | null, room: number): string {
  if (verdict === null) return 'No model reviewed this change.';
  const summary = verdict.summary.trim() === '' ? '' : `\n\n${quote(forMarkdown(verdict.summary, 1000))}`;
  const advice = adviceOnly(verdict);
  if (verdict.findings.length === 0) return `${asCode(verdict.model, 100)} found nothing.${advice}${summary}`;
  const found = list(verdict.findings, room, describeFinding);
  return `By ${asCode(verdict.model, 100)}:${advice}${summary}\n\n${found}`;
}

function adviceOnly({ advisory }: Verdict): string {
  if (advisory === undefined) return '';
  return `\n\nThis is advice, and stopped nothing: of this reviewer it is known that ${forMarkdownLine(advisory, 500)}.`;
}

function describeFinding(finding: Finding): string {
  const place = asCode(finding.line > 0 ? `${finding.file}:${finding.line}` : finding.file, 300);
  const advice =
    finding.suggestion === undefined ? '' : ` Suggested: ${forMarkdownLine(finding.suggestion, 500)}`;
  return `- **${finding.severity}** (${finding.category}) ${place} ${forMarkdownLine(finding.message, 800)}${advice}`;
}

function origin(work: WorkDone): string {
  const reviewer = work.verdict === null ? '' : `, reviewed by ${asCode(work.verdict.model, 100)}`;
  return `Coded by ${asCode(work.model, 100)}${reviewer}. ${costInBrief(work.spent)}. Run ${asCode(work.runId, 100)}.`;
}

function requestChanges(work: WorkDone): string {
  const id = /^[\w.-]{1,100}$/.test(work.id) ? work.id : 'ID';
  return `\`ticketmill reject ${id} --reason "what is wrong"\` turns this change down; say in the ticket what should be different, then \`ticketmill retry-failed --task-id ${id}\` has it made again.`;
}

/** Lines of foreign things, as many as have room, and how many had not. */
function list<T>(items: readonly T[], room: number, write: (item: T) => string): string {
  const lines: string[] = [];
  let used = 0;
  for (const item of items) {
    const line = write(item);
    used += line.length + 1;
    if (used > room) return [...lines, '', `… and ${items.length - lines.length} more.`].join('\n');
    lines.push(line);
  }
  return lines.join('\n');
}

/** Puts values in for the placeholders of a template, once: what a value holds is no placeholder. Unknown ones stay. */
function fill(template: string, work: WorkDone, clean: (text: string) => string): string {
  return template.replace(/\{(\w+)\}/g, (literal, name: string, at: number) => {
    const value = name === 'id' ? idAfter(template.slice(0, at), work.id) : placeholder(name, work);
    return value === null ? literal : clean(value);
  });
}

function placeholder(name: string, work: WorkDone): string | null {
  switch (name) {
    case 'title':
    case 'description':
    case 'model':
      return work[name];
    case 'acceptanceCriteria':
      return work.criteria.map(({ text }) => `- ${joinLines(text)}`).join('\n');
    case 'review':
      return [reviewInBrief(work.verdict), ...(work.verdict?.findings ?? []).map(findingInBrief)].join('\n');
    case 'cost':
      return costInBrief(work.spent);
    default:
      return null;
  }
}

function reviewInBrief(verdict: Verdict | null): string {
  if (verdict === null) return 'off';
  const count = verdict.findings.length;
  return `${count === 0 ? 'no findings' : count === 1 ? '1 finding' : `${count} findings`} by ${verdict.model}`;
}

function findingInBrief(finding: Finding): string {
  return `- ${finding.severity} ${finding.file}:${finding.line} ${joinLines(finding.message)}`;
}

function costInBrief(spent: Spending): string {
  const price = spent.usd > 0 ? `, ${spent.usd.toFixed(4)} USD` : '';
  return `${spent.input} tokens read, ${spent.output} written in ${spent.requests} requests${price}`;
}

function trailer(text: string): string {
  return cut(joinLines(forCommitMessage(text, 200)), 200);
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
