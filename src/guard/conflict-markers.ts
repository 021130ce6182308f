import { addedLines, removedLines, type DiffLine, type FileDiff } from '../domain/read-diff.ts';
import type { Refusal } from '../ports.ts';
import type { Inspected } from './inspect-change.ts';

/**
 * Added lines that a merge or a half-applied edit leaves behind. A row of `=` alone is an underline in half of all
 * markup languages, and bare rows of the other marks are in some: they count only beside one another.
 */
export function findConflictMarkers({ diffs }: Inspected): Refusal[] {
  return diffs.flatMap((file) =>
    markersOf(file).map(({ newLine }) => ({
      code: 'GUARD_CONFLICT_MARKERS' as const,
      path: file.path,
      line: newLine,
      reason: 'this line is a conflict marker; keep one side, and take all markers out',
    })),
  );
}

function markersOf(file: FileDiff): DiffLine[] {
  const before = new Set(removedLines(file).map((line) => line.text.trimEnd()));
  const added = addedLines(file).filter((line) => !before.has(line.text.trimEnd()));
  const named = added.filter(
    (line) => /^(?:<{7,9}|>{7,9}|\|{7,9}) \S/.test(line.text) && !isTableRow(line.text),
  );
  const bare = added.filter((line) => /^(?:<{7}|>{7})\s*$/.test(line.text));
  const divided = added.some((line) => /^={7}\s*$/.test(line.text));
  return divided ? [...named, ...bare].sort((a, b) => a.newLine - b.newLine) : named;
}

function isTableRow(text: string): boolean {
  return text.startsWith('|') && text.trimEnd().endsWith('|');
}
