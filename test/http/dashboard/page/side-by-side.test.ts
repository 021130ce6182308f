import { describe, expect, it } from '@jest/globals';
import { readDiff } from '../../../../src/domain/read-diff.ts';
import type { Finding } from '../../../../src/domain/review.ts';
import { findingsElsewhere, sideBySide } from '../../../../src/http/dashboard/page/ticket/side-by-side.ts';

const diff = `diff --git a/a.js b/a.js
--- a/a.js
+++ b/a.js
@@ -1,5 +1,6 @@
 one
-two
-three
+TWO
+THREE
+FOUR
 five
-six
+SIX
`;

const finding = (file: string, line: number): Finding => ({
  severity: 'LOW',
  category: 'bugs',
  file,
  line,
  message: `at ${line}`,
});

describe('a diff side by side', () => {
  it('has what was removed beside what came in its place', () => {
    const [file] = sideBySide(readDiff(diff), []);
    const pairs = file?.rows.map((row) =>
      'old' in row ? [row.old?.text ?? null, row.new?.text ?? null] : [row.kind],
    );
    expect(pairs).toEqual([
      ['gap'],
      ['one', 'one'],
      ['two', 'TWO'],
      ['three', 'THREE'],
      [null, 'FOUR'],
      ['five', 'five'],
      ['six', 'SIX'],
    ]);
    expect(file).toMatchObject({ path: 'a.js', added: 4, removed: 3 });
  });

  it('has findings below their line, or before the file when the diff does not show it', () => {
    const files = readDiff(diff);
    const findings = [finding('a.js', 3), finding('a.js', 0), finding('a.js', 99), finding('b.js', 1)];
    const [file] = sideBySide(files, findings);
    const at = file?.rows.findIndex(({ kind }) => kind === 'finding') ?? 0;
    expect(file?.rows[at - 1]).toMatchObject({ new: { line: 3, text: 'THREE' } });
    expect(file?.findings.map(({ line }) => line)).toEqual([0, 99]);
    expect(findingsElsewhere(files, findings)).toEqual([finding('b.js', 1)]);
  });
});
