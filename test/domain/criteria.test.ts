import { describe, expect, it } from '@jest/globals';
import type { CheckResult } from '../../src/domain/change.ts';
import { judgeCriteria, metCriteria } from '../../src/domain/criteria.ts';

const check = (name: string, outcome: CheckResult['outcome'] = 'passed'): CheckResult => ({
  name,
  outcome,
  exitCode: 0,
  baseExitCode: 0,
  elapsedMs: 1,
  output: '',
});

const diff = `diff --git a/src/dates.ts b/src/dates.ts
--- a/src/dates.ts
+++ b/src/dates.ts
@@ -1,2 +1,3 @@
 const a = 1;
+export function parseDate() {}
 const b = 2;
diff --git a/test/dates.test.ts b/test/dates.test.ts
--- a/test/dates.test.ts
+++ b/test/dates.test.ts
@@ -4,1 +4,2 @@
 it('x');
+it('parseDate throws RangeError');
diff --git a/docs/dates.md b/docs/dates.md
new file mode 100644
--- /dev/null
+++ b/docs/dates.md
@@ -0,0 +1,1 @@
+Use --iso.
`;

const checks = [check('test'), check('lint', 'mended')];
const evidenceFor = (text: string, proof = { diff, checks }) => judgeCriteria([text], proof)[0]?.evidence;

describe('judgeCriteria', () => {
  it.each<[string, string | null]>([
    ['All tests pass', 'check test passed'],
    ['`npm run lint` is clean and the tests are green', 'check test passed, check lint mended'],
    ['`parseDate` throws `RangeError`', 'test/dates.test.ts:5, check test passed'],
    ['`parseDate()` is tested', 'test/dates.test.ts:5, check test passed'],
    ['docs/dates.md explains dates', 'docs/dates.md is new'],
    ['`docs/dates.md` tells of `--iso`', 'docs/dates.md:1'],
    ['dates.md tells of `--other`', null],
    ['src/dates.ts is short', null],
    ['src/dates.ts has `parseDate`', 'test/dates.test.ts:5, check test passed'],
    ['`parse` works', null],
    ['The user is happy', null],
    ['The build passes', null],
  ])('%s: %s', (text, evidence) => {
    expect(evidenceFor(text)).toBe(evidence);
  });

  it('takes nothing from a check that is red, and no test for it where none ran green', () => {
    const red = { diff, checks: [check('test', 'still-red'), check('lint')] };
    expect(evidenceFor('All tests pass', red)).toBeNull();
    expect(evidenceFor('`parseDate` throws `RangeError`', red)).toBeNull();
    expect(evidenceFor('src/dates.ts has `parseDate`', red)).toBe('src/dates.ts:2');
  });

  it('counts from 1 those that something shows', () => {
    const judged = judgeCriteria(['Nice', 'Tests pass', 'docs/dates.md exists'], { diff, checks });
    expect(metCriteria(judged)).toEqual([2, 3]);
    expect(judgeCriteria([], { diff: 'no diff at all', checks })).toEqual([]);
  });
});
