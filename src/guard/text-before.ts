import type { FileDiff } from '../domain/read-diff.ts';

/** What a file held before the change, from what it holds after it. Null where there was no file. */
export function textBefore(after: string | null, diff: FileDiff): string | null {
  if (diff.oldPath === null) return null;
  const now = after === null ? [] : after.split('\n');
  const before: string[] = [];
  let at = 0;
  for (const hunk of diff.hunks) {
    // A hunk without lines on our side names the line before it.
    const start = hunk.newLines === 0 ? hunk.newStart : hunk.newStart - 1;
    before.push(...now.slice(at, start));
    before.push(...hunk.lines.filter(({ kind }) => kind !== 'added').map(({ text }) => text));
    at = start + hunk.newLines;
  }
  return [...before, ...now.slice(at)].join('\n');
}
