import { createHash } from 'node:crypto';
import type { Finding } from '../domain/review.ts';
import { forMarkdown, forMarkdownLine } from '../domain/untrusted-markdown.ts';
import type { LineComment } from './hosted.ts';

/** Findings as comments at their lines. A finding has the same marker whenever it is found again. */
export function findingComments(findings: readonly Finding[]): LineComment[] {
  const comments = new Map<string, LineComment>();
  for (const finding of findings) {
    if (finding.line < 1) continue;
    const marker = markerOf(finding);
    comments.set(marker, { path: finding.file, line: finding.line, body: describe(finding, marker), marker });
  }
  return [...comments.values()];
}

/** Those whose marker is in none of the texts. */
export function missing(comments: readonly LineComment[], texts: readonly string[]): LineComment[] {
  const all = texts.join('\n');
  return comments.filter(({ marker }) => !all.includes(marker));
}

function markerOf({ file, line, severity, message }: Finding): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([file, line, severity, message]))
    .digest('hex');
  return `<!-- ticketmill:finding:${hash.slice(0, 16)} -->`;
}

function describe({ severity, category, message, suggestion }: Finding, marker: string): string {
  const advice = suggestion === undefined ? '' : `\n\nSuggested: ${forMarkdownLine(suggestion, 500)}`;
  return `**${severity}** (${category}) ${forMarkdown(message, 800)}${advice}\n\n${marker}`;
}
