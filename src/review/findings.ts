import type { FileDiff } from '../domain/read-diff.ts';
import type { Finding } from '../domain/review.ts';

/**
 * Puts every finding where the change has a place for it. A line outside the hunks becomes 0, and a file outside the
 * change is said in the message: reviewers err about places more often than about problems, so none is dropped.
 */
export function placeFindings(findings: readonly Finding[], files: readonly FileDiff[]): Finding[] {
  return findings.map((finding) => place(finding, files));
}

function place(finding: Finding, files: readonly FileDiff[]): Finding {
  const file = findFile(finding.file, files);
  if (file === null) {
    return {
      ...finding,
      line: 0,
      message: `${finding.message} (the reviewer names a file that the change does not touch)`,
    };
  }
  if (finding.line === 0 || isShown(finding.line, file)) return { ...finding, file: file.path };
  const note = `(the reviewer names line ${finding.line}, which the change does not show)`;
  return { ...finding, file: file.path, line: 0, message: `${finding.message} ${note}` };
}

/** By its path, with or without the diff's prefix, or by the only path that ends with it. */
function findFile(name: string, files: readonly FileDiff[]): FileDiff | null {
  const bare = name.trim().replace(/^\.\//, '');
  const exact = files.find(
    ({ path }) => path === name || path === bare || `a/${path}` === bare || `b/${path}` === bare,
  );
  if (exact !== undefined) return exact;
  const ending = bare === '' ? [] : files.filter(({ path }) => path.endsWith(`/${bare}`));
  return ending.length === 1 ? (ending[0] ?? null) : null;
}

function isShown(line: number, file: FileDiff): boolean {
  return file.hunks.some(({ newStart, newLines }) => line >= newStart && line < newStart + newLines);
}
