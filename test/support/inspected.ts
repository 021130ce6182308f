import type { CapturedTree } from '../../src/domain/change.ts';
import { readDiff } from '../../src/domain/read-diff.ts';
import type { Inspected } from '../../src/guard/inspect-change.ts';
import type { Edit } from './captured.ts';

/** A change as the rules of the guard see it. */
export function inspected(change: CapturedTree, more: Partial<Inspected> = {}): Inspected {
  return {
    files: change.files,
    diffs: readDiff(change.diff),
    manifests: [],
    paths: [],
    baseFiles: 1000,
    ...more,
  };
}

/** What the tree of a change written by hand would hold, beside `others` that it leaves alone. */
export function contentsOf(edits: readonly Edit[] = [], others = 1000) {
  const after = new Map(edits.map((edit) => [edit.path, edit.after ?? null]));
  const there = [...after].flatMap(([path, text]) => (text === null ? [] : [path]));
  const rest = Array.from({ length: others }, (_, at) => `other/${at}`);
  return {
    read: (_tree: string, path: string) => Promise.resolve(after.get(path) ?? null),
    paths: () => Promise.resolve([...there, ...rest]),
  };
}
