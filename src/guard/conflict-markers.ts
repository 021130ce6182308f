import { addedLines, removedLines, type DiffLine, type FileDiff } from '../domain/read-diff.ts';
import type { Refusal } from '../ports.ts';
import type { Inspected } from './inspect-change.ts';

/**
 * Added lines that a merge or a half-applied edit leaves behind. A row of `=` alone is an underline in half of all
 * markup languages, and bare rows of the other marks are in some: there they count only beside one another.
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
  const divided = added.some((line) => /^={7}\s*$/.test(line.text));
  return added.filter(
    ({ text }) =>
      (named.test(text) && !isTableRow(text)) ||
      (divided && /^(?:<{7}|>{7})\s*$/.test(text)) ||
      (!underlines.test(file.path) && anywhere.test(text)),
  );
}

/** Of git, and of Jujutsu. */
const named = /^(?:<{7,9}|>{7,9}|\|{7,9}|%{7}|\+{7}|\\{7}) \S|^(?:<{7}|>{7})[A-Za-z]/;
/** No program has such lines; indented ones were moved by whoever formatted the file. */
const anywhere = /^\s{0,40}(?:(?:<{7}|={7}|>{7}|\|{7})\s*$|(?:<{7}|>{7}) \S)/;

/** Files in which a row of marks may be an underline or a frame; sources of Python hold such texts. */
const underlines =
  /\.(?!(?:[cm]?[jt]sx?|go|rs|java|kts?|cs|rb|php|swift|scala|c|cc|cpp|h|hpp|json|ya?ml|toml|css)$)\w+$|(?:^|\/)[^./]+$/i;

function isTableRow(text: string): boolean {
  return text.startsWith('|') && text.trimEnd().endsWith('|');
}
