import { describe, expect, it } from '@jest/globals';
import type { Paint } from '../../src/cli/output.ts';
import { paintDiff } from '../../src/cli/paint-diff.ts';

const marked: Paint = (tone, text) => `<${tone}>${text}`;

describe('paintDiff', () => {
  it.each([
    ['diff --git a/a b/a', 'strong'],
    ['index 1..2 100644', 'strong'],
    ['--- a/a', 'strong'],
    ['+++ b/a', 'strong'],
    ['@@ -1 +1 @@', 'dim'],
    ['+new', 'good'],
    ['-old', 'bad'],
    [' same', 'plain'],
    ['\\ No newline at end of file', 'plain'],
  ])('gives %p the tone %s', (line, tone) => {
    expect(paintDiff(line, marked)).toBe(`<${tone}>${line}`);
  });

  it('shows what would act on a terminal instead of letting it act', () => {
    expect(paintDiff('+a\u001b[2Jb', marked)).not.toContain('\u001b');
  });
});
