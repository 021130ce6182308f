import type { CapturedTree } from '../../src/domain/change.ts';
import { readDiff } from '../../src/domain/read-diff.ts';

/** A change as the rules of the guard see it. */
export function inspected(change: CapturedTree) {
  return { files: change.files, diffs: readDiff(change.diff) };
}
