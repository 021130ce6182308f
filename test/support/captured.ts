import type { CapturedTree, ChangedFile } from '../../src/domain/change.ts';

/** What changes in one file: whole contents before and after; null where there is no file. */
export type Edit = {
  path: string;
  oldPath?: string;
  before?: string | null;
  after?: string | null;
  mode?: string;
};

/** A captured change written by hand, with one hunk a file: enough for rules that look at lines. */
export function captured(...edits: Edit[]): CapturedTree {
  return {
    tree: 'a'.repeat(40),
    diff: edits.map(writeFile).join(''),
    files: edits.map(describeFile),
  };
}

function writeFile({ path, oldPath, before = '', after = '' }: Edit): string {
  const [old, now] = [split(before ?? ''), split(after ?? '')];
  let same = 0;
  while (same < old.length && same < now.length && old[same] === now[same]) same++;
  const kept = old.slice(Math.max(0, same - 3), same);
  const [removed, added] = [old.slice(same), now.slice(same)];
  const from = oldPath ?? path;
  const header = [
    `diff --git a/${from} b/${path}`,
    ...(before === null ? ['new file mode 100644'] : []),
    ...(after === null ? ['deleted file mode 100644'] : []),
    ...(oldPath === undefined ? [] : [`rename from ${oldPath}`, `rename to ${path}`]),
  ];
  if (removed.length + added.length === 0) return header.join('\n') + '\n';
  const start = same - kept.length;
  const side = (sign: string, count: number) => `${sign}${count === 0 ? start : start + 1},${count}`;
  return (
    [
      ...header,
      `--- ${before === null ? '/dev/null' : `a/${from}`}`,
      `+++ ${after === null ? '/dev/null' : `b/${path}`}`,
      `@@ ${side('-', kept.length + removed.length)} ${side('+', kept.length + added.length)} @@`,
      ...kept.map((line) => ` ${line}`),
      ...removed.map((line) => `-${line}`),
      ...added.map((line) => `+${line}`),
    ].join('\n') + '\n'
  );
}

function describeFile({ path, oldPath, before = '', after = '', mode = '100644' }: Edit): ChangedFile {
  const status =
    oldPath !== undefined ? 'renamed' : before === null ? 'added' : after === null ? 'deleted' : 'modified';
  const [old, now] = [split(before ?? ''), split(after ?? '')];
  let same = 0;
  while (same < old.length && same < now.length && old[same] === now[same]) same++;
  return {
    path,
    ...(oldPath === undefined ? {} : { oldPath }),
    status,
    oldMode: before === null ? '000000' : '100644',
    newMode: after === null ? '000000' : mode,
    added: now.length - same,
    removed: old.length - same,
    binary: false,
  };
}

function split(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
