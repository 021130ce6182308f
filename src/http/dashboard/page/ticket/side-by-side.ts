import type { FileDiff, Hunk } from '../../../../domain/read-diff.ts';
import type { Finding } from '../../../../domain/review.ts';

/** One side of a row; `line` counts from 1. */
export type Side = { line: number; text: string };

export type DiffRow =
  | { kind: 'context' | 'changed'; old: Side | null; new: Side | null }
  | { kind: 'gap'; text: string }
  | { kind: 'finding'; finding: Finding };

/** A file with old and new beside each other, and each finding below the line that it is about. */
export type FileRows = {
  path: string;
  oldPath: string | null;
  binary: boolean;
  added: number;
  removed: number;
  /** About the file as a whole, or about a line that the diff does not show. */
  findings: Finding[];
  rows: DiffRow[];
};

export function sideBySide(files: readonly FileDiff[], findings: readonly Finding[]): FileRows[] {
  return files.map((file) => {
    const own = findings.filter((finding) => finding.file === file.path);
    const rows = file.hunks.flatMap((hunk) => [gapBefore(hunk), ...rowsOf(hunk)]);
    const shown = new Set(rows.flatMap((row) => (isLine(row) && row.new !== null ? [row.new.line] : [])));
    const lines = file.hunks.flatMap((hunk) => hunk.lines);
    return {
      path: file.path,
      oldPath: file.oldPath,
      binary: file.binary,
      added: lines.filter(({ kind }) => kind === 'added').length,
      removed: lines.filter(({ kind }) => kind === 'removed').length,
      findings: own.filter(({ line }) => !shown.has(line)),
      rows: rows.flatMap((row) => [row, ...findingsBelow(row, own)]),
    };
  });
}

/** Findings in files that the change does not touch. */
export function findingsElsewhere(files: readonly FileDiff[], findings: readonly Finding[]): Finding[] {
  const paths = new Set(files.map(({ path }) => path));
  return findings.filter(({ file }) => !paths.has(file));
}

function gapBefore({ oldStart, oldLines, newStart, newLines }: Hunk): DiffRow {
  return { kind: 'gap', text: `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@` };
}

/** Lines that were removed stand beside those that were added in their place. */
function rowsOf({ lines }: Hunk): DiffRow[] {
  const rows: DiffRow[] = [];
  let removed: Side[] = [];
  let added: Side[] = [];
  const flush = (): void => {
    for (let i = 0; i < Math.max(removed.length, added.length); i++)
      rows.push({ kind: 'changed', old: removed[i] ?? null, new: added[i] ?? null });
    [removed, added] = [[], []];
  };
  for (const { kind, text, oldLine, newLine } of lines) {
    if (kind === 'removed' && added.length > 0) flush();
    if (kind === 'removed') removed.push({ line: oldLine, text });
    else if (kind === 'added') added.push({ line: newLine, text });
    else {
      flush();
      rows.push({ kind, old: { line: oldLine, text }, new: { line: newLine, text } });
    }
  }
  flush();
  return rows;
}

function findingsBelow(row: DiffRow, findings: readonly Finding[]): DiffRow[] {
  const line = isLine(row) ? row.new?.line : undefined;
  if (line === undefined) return [];
  return findings.filter((finding) => finding.line === line).map((finding) => ({ kind: 'finding', finding }));
}

function isLine(row: DiffRow): row is Extract<DiffRow, { kind: 'context' | 'changed' }> {
  return row.kind === 'context' || row.kind === 'changed';
}
