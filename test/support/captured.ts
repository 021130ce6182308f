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
  const { kept, removed, added, behind, same } = compare(before, after);
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
      `@@ ${side('-', kept.length + removed.length + behind.length)} ${side('+', kept.length + added.length + behind.length)} @@`,
      ...kept.map((line) => ` ${line}`),
      ...removed.map((line) => `-${line}`),
      ...added.map((line) => `+${line}`),
      ...behind.map((line) => ` ${line}`),
    ].join('\n') + '\n'
  );
}

function describeFile({ path, oldPath, before = '', after = '', mode = '100644' }: Edit): ChangedFile {
  const status =
    oldPath !== undefined ? 'renamed' : before === null ? 'added' : after === null ? 'deleted' : 'modified';
  const { removed, added } = compare(before, after);
  return {
    path,
    ...(oldPath === undefined ? {} : { oldPath }),
    status,
    oldMode: before === null ? '000000' : '100644',
    newMode: after === null ? '000000' : mode,
    added: added.length,
    removed: removed.length,
    binary: false,
  };
}

/** What lies between the lines that both sides begin and end with, and three of those lines on either side. */
function compare(before: string | null, after: string | null) {
  const [old, now] = [split(before ?? ''), split(after ?? '')];
  const most = Math.min(old.length, now.length);
  let same = 0;
  while (same < most && old[same] === now[same]) same++;
  let tail = 0;
  while (tail < most - same && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const kept = old.slice(Math.max(0, same - 3), same);
  const behind = old.slice(old.length - tail).slice(0, 3);
  return {
    kept,
    removed: old.slice(same, old.length - tail),
    added: now.slice(same, now.length - tail),
    behind,
    same,
  };
}

function split(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
