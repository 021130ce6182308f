import { describe, expect, it } from '@jest/globals';
import { createTwoFilesPatch } from 'diff';
import fc from 'fast-check';
import { applyTo } from './edit-bench.ts';

describe('unified diffs', () => {
  it.each<[string, string, string, string]>([
    [
      'with the prefixes of git',
      'a\nb\n',
      '--- a/f.txt\n+++ b/f.txt\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n',
      'a\nc\n',
    ],
    ['without prefixes', 'a\nb\n', '--- f.txt\n+++ f.txt\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n', 'a\nc\n'],
    [
      'with a time stamp',
      'a\n',
      '--- f.txt\t2024-01-01 00:00:00\n+++ f.txt\t2024-01-01 00:00:00\n@@ -1 +1 @@\n-a\n+c\n',
      'c\n',
    ],
    [
      'with wrong line numbers',
      'a\nb\nc\n',
      '--- a/f.txt\n+++ b/f.txt\n@@ -40,9 +77,3 @@\n b\n-c\n+d\n',
      'a\nb\nd\n',
    ],
    ['without line numbers', 'a\nb\n', '--- f.txt\n+++ f.txt\n@@ ... @@\n-b\n+c\n', 'a\nc\n'],
    ['without hunk headers', 'a\nb\n', '--- f.txt\n+++ f.txt\n-b\n+c\n', 'a\nc\n'],
    [
      'with two hunks',
      'a\nb\nc\nd\n',
      '--- f.txt\n+++ f.txt\n@@ -1 +1 @@\n-a\n+A\n@@ -4 +4 @@\n-d\n+D\n',
      'A\nb\nc\nD\n',
    ],
    [
      'with a blank line between hunks',
      'a\nb\n',
      '--- f.txt\n+++ f.txt\n@@ -1 +1 @@\n-a\n+A\n\n@@ -2 +2 @@\n-b\n+B\n',
      'A\nB\n',
    ],
    [
      'with blank context lines that lost their blank',
      'a\n\nb\n',
      '--- f.txt\n+++ f.txt\n@@ @@\n a\n\n-b\n+c\n',
      'a\n\nc\n',
    ],
    [
      'that removes a line like a header',
      'x\n-- y\nz\n',
      '--- f.txt\n+++ f.txt\n@@ @@\n x\n--- y\n+++ y\n z\n',
      'x\n++ y\nz\n',
    ],
    [
      'that adds the final newline',
      'a',
      '--- f.txt\n+++ f.txt\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n',
      'a\n',
    ],
    [
      'that removes the final newline',
      'a\n',
      '--- f.txt\n+++ f.txt\n@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file\n',
      'b',
    ],
    [
      'that leaves a missing final newline',
      'a\nb',
      '--- f.txt\n+++ f.txt\n@@ -1,2 +1,2 @@\n-a\n+A\n b\n\\ No newline at end of file\n',
      'A\nb',
    ],
    ['of a file with CRLF', 'a\r\nb\r\n', '--- f.txt\n+++ f.txt\n@@ @@\n a\n-b\n+c\n', 'a\r\nc\r\n'],
    ['whose line number chooses', 'x\nx\nx\n', '--- f.txt\n+++ f.txt\n@@ -2 +2 @@\n-x\n+y\n', 'x\ny\nx\n'],
  ])('%s', async (_, before, diff, after) => {
    for (const reply of [diff, `Here:\n\n\`\`\`diff\n${diff}\`\`\`\nDone.\n`]) {
      const { files, failed } = await applyTo({ 'f.txt': before }, reply);
      expect(failed).toEqual([]);
      expect(files).toEqual({ 'f.txt': after });
    }
  });

  it('create, delete and rename files', async () => {
    const reply = [
      'diff --git a/new.txt b/new.txt\nnew file mode 100644\nindex 0..1\n--- /dev/null\n+++ b/new.txt\n@@ -0,0 +1,2 @@\n+x\n+y\n',
      'diff --git a/gone.txt b/gone.txt\ndeleted file mode 100644\n--- a/gone.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-g\n',
      'diff --git a/old.txt b/moved.txt\nsimilarity index 90%\nrename from old.txt\nrename to moved.txt\n--- a/old.txt\n+++ b/moved.txt\n@@ -1 +1 @@\n-o\n+O\n',
      'diff --git a/empty b/empty\nnew file mode 100644\nindex 0..0\n',
    ].join('');
    const { files, failed } = await applyTo({ 'gone.txt': 'g\n', 'old.txt': 'o\n' }, reply);
    expect(failed).toEqual([]);
    expect(files).toEqual({ 'new.txt': 'x\ny\n', 'moved.txt': 'O\n', empty: '' });
  });

  it('of several files in one fence, with blank lines between', async () => {
    const reply =
      '```diff\n--- a.txt\n+++ a.txt\n@@ ... @@\n a\n+b\n\n--- dir with spaces/c.txt\n+++ dir with spaces/c.txt\n@@ ... @@\n-c\n+d\n```\n';
    const { files } = await applyTo({ 'a.txt': 'a\n', 'dir with spaces/c.txt': 'c\n' }, reply);
    expect(files).toEqual({ 'a.txt': 'a\nb\n', 'dir with spaces/c.txt': 'd\n' });
  });

  it('keep folders that are really called a and b', async () => {
    const { files } = await applyTo({ 'b/f.txt': 'x\n' }, '--- b/f.txt\n+++ b/f.txt\n@@ @@\n-x\n+y\n');
    expect(files).toEqual({ 'b/f.txt': 'y\n' });
  });

  it('without a header take the name above the fence', async () => {
    const { files } = await applyTo({ 'f.txt': 'x\n' }, 'f.txt\n```diff\n@@ -1 +1 @@\n-x\n+y\n```\n');
    expect(files).toEqual({ 'f.txt': 'y\n' });
  });

  it.each([
    ['a binary patch', 'diff --git a/f.txt b/f.txt\nGIT binary patch\n', 'binary'],
    ['a diff of nothing', '--- f.txt\n+++ f.txt\n@@ @@\n x\n', 'changes nothing'],
    [
      'lines for no place in a file with text',
      '--- f.txt\n+++ f.txt\n@@ -0,0 +1 @@\n+y\n',
      'is empty, but the file is not',
    ],
    ['a path that leads out', '--- /dev/null\n+++ b/../../x\n@@ @@\n+y\n', 'out of its folder'],
    ['the git folder', '--- a/.git/config\n+++ b/.git/config\n@@ @@\n+y\n', '.git'],
  ])('are refused: %s', async (_, reply, reason) => {
    const { files, failed } = await applyTo({ 'f.txt': 'x\n' }, reply);
    expect(failed[0]?.reason).toContain(reason);
    expect(files).toEqual({ 'f.txt': 'x\n' });
  });

  it('that were cut off lose their last hunk', async () => {
    const reply = '--- f.txt\n+++ f.txt\n@@ @@\n-a\n+A\n@@ @@\n-b\n+B and so';
    const { files, failed } = await applyTo({ 'f.txt': 'a\nb\n' }, reply, { truncated: true });
    expect(files).toEqual({ 'f.txt': 'A\nb\n' });
    expect(failed).toMatchObject([{ path: 'f.txt', reason: expect.stringContaining('cut off') }]);
  });

  it('that describe a change make it', async () => {
    const line = fc.constantFrom('a', 'b', '  c', '', '-- d', '++ e', '\tf', 'x = "1"');
    const text = fc
      .tuple(fc.array(line, { minLength: 1, maxLength: 12 }), fc.boolean())
      .map(
        ([lines, ended]) => lines.map((each, index) => `${each}${index}`).join('\n') + (ended ? '\n' : ''),
      );
    await fc.assert(
      fc.asyncProperty(text, text, async (before, after) => {
        fc.pre(before !== after);
        const diff = createTwoFilesPatch('a/f.txt', 'b/f.txt', before, after, '', '', { context: 3 });
        const { files, failed } = await applyTo({ 'f.txt': before }, diff.slice(diff.indexOf('--- ')));
        expect(failed).toEqual([]);
        expect(files['f.txt']).toBe(after);
      }),
      { numRuns: 150 },
    );
  });
});
