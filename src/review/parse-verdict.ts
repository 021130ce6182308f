import { findingCategories, severities, type Finding } from '../domain/review.ts';

export type Opinion = { summary: string; findings: Finding[] };

/**
 * The opinion in a reviewer's last message: strict JSON with the nonce, or lines of findings closed by
 * `REVIEW-COMPLETE <nonce>`. Everything else is a problem, in words for the model; it is never an approval.
 */
export function parseVerdict(text: string, nonce: string): Opinion | { problem: string } {
  const answer = text.trim();
  if (answer === '') return { problem: 'it was empty' };
  if (answer.startsWith('{')) return parseJson(answer, nonce);
  return parseLines(answer, nonce);
}

function parseJson(answer: string, nonce: string): Opinion | { problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(answer);
  } catch {
    return { problem: 'it was no complete JSON object' };
  }
  const { nonce: given, summary, findings } = value as Record<string, unknown>;
  if (given !== nonce) return { problem: '"nonce" was not the one of this review' };
  if (typeof summary !== 'string') return { problem: '"summary" was no text' };
  if (!Array.isArray(findings)) return { problem: '"findings" was no list' };
  const read = findings.map(readFinding);
  const bad = read.indexOf(null);
  if (bad >= 0) return { problem: `finding ${bad + 1} did not have the required fields` };
  return { summary, findings: read.filter((finding) => finding !== null) };
}

function readFinding(value: unknown): Finding | null {
  const { severity, category, file, line, message, suggestion } = (value ?? {}) as Record<string, unknown>;
  const knownSeverity = severities.find((known) => known === severity);
  const knownCategory = findingCategories.find((known) => known === category);
  if (knownSeverity === undefined || knownCategory === undefined) return null;
  if (typeof file !== 'string' || !Number.isSafeInteger(line) || Number(line) < 0) return null;
  if (typeof message !== 'string' || message.trim() === '') return null;
  const finding = { severity: knownSeverity, category: knownCategory, file, line: Number(line), message };
  return typeof suggestion === 'string' && suggestion.trim() !== '' ? { ...finding, suggestion } : finding;
}

/** The form for models without structured output. It has no categories: what such a model finds counts as a bug. */
function parseLines(answer: string, nonce: string): Opinion | { problem: string } {
  const lines = answer.split('\n').map((line) => line.trim());
  if (lines.pop() !== `REVIEW-COMPLETE ${nonce}`)
    return { problem: 'it was neither JSON nor closed by REVIEW-COMPLETE' };
  const findings: Finding[] = [];
  const prose: string[] = [];
  for (const line of lines) {
    if (!line.startsWith('[')) {
      prose.push(line);
      continue;
    }
    const finding = parseLine(line);
    if (finding === null)
      return { problem: 'a line with a finding was not of the form [SEVERITY] file:line - description' };
    findings.push(finding);
  }
  return { summary: prose.join('\n').trim(), findings };
}

function parseLine(line: string): Finding | null {
  const [, level, place = '', message = ''] = /^\[([A-Z]+)\] (.{1,400}?) - (.*\S)$/.exec(line) ?? [];
  const severity = severities.find((known) => known === level);
  if (severity === undefined) return null;
  const number = /:(\d{1,9})$/.exec(place)?.[1];
  const file = number === undefined ? place : place.slice(0, -number.length - 1);
  return { severity, category: 'bugs', file, line: Number(number ?? 0), message };
}
