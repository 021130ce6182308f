import type { Finding, Severity } from '../domain/review.ts';
import { joinLines } from '../domain/untrusted.ts';

const commands: Record<Severity, 'error' | 'warning' | 'notice'> = {
  CRITICAL: 'error',
  HIGH: 'error',
  MEDIUM: 'warning',
  LOW: 'notice',
};

/** Findings as the commands by which a GitHub workflow marks lines of a change; one a line. */
export function writeAnnotations(findings: readonly Finding[]): string[] {
  return findings.map((finding) => {
    const { severity, category, file, line, message, suggestion } = finding;
    const place = [...(file === '' ? [] : [`file=${property(file)}`]), ...(line > 0 ? [`line=${line}`] : [])];
    const title = `title=${property(`${severity} ${category}`)}`;
    const text = suggestion === undefined ? message : `${message} Suggestion: ${suggestion}`;
    return `::${commands[severity]} ${[...place, title].join(',')}::${data(text)}`;
  });
}

/** Whatever a model writes stays in its one line: a line break would let it give commands of its own. */
function data(text: string): string {
  return joinLines(text).replaceAll('%', '%25');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
