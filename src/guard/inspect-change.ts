import type { CapturedTree, ChangedFile } from '../domain/change.ts';
import { readDiff, type FileDiff } from '../domain/read-diff.ts';
import type { Guard, Refusal } from '../ports.ts';
import { findConflictMarkers } from './conflict-markers.ts';
import { findHiddenText } from './hidden-text.ts';
import { findPlaceholders } from './placeholders.ts';
import { protectPaths } from './protected-paths.ts';
import { findSecrets } from './secrets.ts';
import { limitSize } from './size.ts';
import { findUnsafeEntries } from './unsafe-entries.ts';

export type GuardOptions = {
  /** Written as in `.gitignore`. Lock files among them pass with their manifest. */
  protectedPaths: readonly string[];
  /** Most added and removed lines, lock files not counted. */
  maxDiffLines: number;
};

/** A change as every rule sees it: git's list of its files, and the diff that shows their content. */
export type Inspected = { files: readonly ChangedFile[]; diffs: readonly FileDiff[] };

export type Rule = (change: Inspected) => Refusal[];

/** Refusals of one rule that are worth reading; the rest is more of the same. */
const mostPerRule = 20;

/** The rules that no model can talk round. All of them run, so that one round of mending can mend everything. */
export function createGuard(options: GuardOptions): Guard {
  const rules: Rule[] = [
    findUnsafeEntries,
    protectPaths(options.protectedPaths),
    limitSize(options.maxDiffLines),
    findSecrets,
    findHiddenText,
    findConflictMarkers,
    findPlaceholders,
  ];
  return {
    inspect: (change) => inspect(change, rules),
  };
}

function inspect(change: CapturedTree, rules: readonly Rule[]): Refusal[] {
  const inspected = { files: change.files, diffs: readDiff(change.diff) };
  return rules.flatMap((rule) => rule(inspected).slice(0, mostPerRule));
}
