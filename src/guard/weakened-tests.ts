import { isTestFile } from '../domain/test-file.ts';
import type { Refusal } from '../ports.ts';
import { findBlanketUpdate } from './blanket-update.ts';
import { findDeletedTests } from './deleted-tests.ts';
import type { Inspected } from './inspect-change.ts';
import { findLostProof } from './lost-proof.ts';
import { findSwitchedOff } from './switched-off-tests.ts';
import { findVanished } from './vanished-tests.ts';

/**
 * Tests that prove less after the change than before it: deleted, skipped, focused, with fewer or laxer assertions, ended
 * early. What a test was moved to counts, in whatever file; and a test may go with what it tested.
 */
export function findWeakenedTests(change: Inspected): Refusal[] {
  const tests = change.diffs.filter(({ path, oldPath }) => isTestFile(path) || isTestFile(oldPath ?? path));
  return [
    ...findDeletedTests(change, tests),
    ...tests.flatMap(findSwitchedOff),
    ...tests.flatMap(findVanished),
    ...findLostProof(change, tests),
    ...findBlanketUpdate(change.diffs),
  ].map((weakened) => ({ code: 'GUARD_WEAKENED_TEST', ...weakened }));
}
