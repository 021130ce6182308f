import { describe, expect, it } from '@jest/globals';
import { applyTo } from './edit-bench.ts';

function patch(...lines: string[]): string {
  return ['*** Begin Patch', ...lines, '*** End Patch', ''].join('\n');
}

describe('codex patches', () => {
  it('add, update and delete files', async () => {
    const reply = patch(
      '*** Add File: nested/new.txt',
      '+created',
      '+',
      '+twice',
      '*** Delete File: gone.txt',
      '*** Update File: a.txt',
      '@@',
      '-two',
      '+2',
    );
    const { files, failed } = await applyTo({ 'a.txt': 'one\ntwo\n', 'gone.txt': 'x\n' }, reply);
    expect(files).toEqual({ 'a.txt': 'one\n2\n', 'nested/new.txt': 'created\n\ntwice\n' });
    expect(failed).toEqual([]);
  });

  it.each<[string, string, string[], string]>([
    ['several chunks', 'a\nb\nc\nd\n', ['@@', '-b', '+B', '@@', '-d', '+D'], 'a\nB\nc\nD\n'],
    ['a first chunk without @@', 'a\nb\n', [' a', '+x'], 'a\nx\nb\n'],
    [
      'a chunk that the line above it chooses',
      'fn a\nx\nfn b\nx\n',
      ['@@ fn b', '-x', '+y'],
      'fn a\nx\nfn b\ny\n',
    ],
    [
      'two lines above',
      'class A\n  f\n    x\nclass B\n  f\n    x\n',
      ['@@ class B', '@@   f', '-    x', '+    y'],
      'class A\n  f\n    x\nclass B\n  f\n    y\n',
    ],
    ['line numbers instead of a line above', 'a\nb\n', ['@@ -1,2 +1,2 @@', ' a', '-b', '+c'], 'a\nc\n'],
    ['the end of the file', 'm\na\nm\n', ['@@', '-m', '+M', '*** End of File'], 'm\na\nM\n'],
    ['lines to append', 'a\nb\n', ['@@', '+c', '+d'], 'a\nb\nc\nd\n'],
    ['a blank line behind lines to append', 'a\n', ['@@', '+b', ''], 'a\nb\n'],
    ['a blank line behind the end of the file', 'a\n', ['@@', '+b', '*** End of File', ''], 'a\nb\n'],
    [
      'a chunk behind the end of the file',
      'a\n',
      ['@@', '+b', '*** End of File', '@@', '-a', '+A'],
      'A\nb\n',
    ],
    ['lines to append before others change', 'a\nb\n', ['@@', '+c', '@@', '-a', '+A'], 'A\nb\nc\n'],
    ['lines to put below another', 'a\nb\n', ['@@ a', '+x'], 'a\nx\nb\n'],
    ['a blank context line without its blank', 'a\n\nb\n', ['@@', ' a', '', '-b', '+c'], 'a\n\nc\n'],
    ['a blank line too much at the end of a chunk', 'a\nb\n', ['@@', '-a', '+x', ''], 'x\nb\n'],
    ['deletions alone', 'a\nb\nc\n', ['@@', ' a', '-b', ' c'], 'a\nc\n'],
    ['typographic punctuation', 'say “hi” — x\n', ['@@', '-say "hi" - x', '+say "ho"'], 'say "ho"\n'],
    ['blanks at line ends', 'a  \nb\n', ['@@', '-a', '+x'], 'x\nb\n'],
    ['another indentation', '  a\nb\n', ['@@', '-a', '+x'], '  x\nb\n'],
  ])('update: %s', async (_, before, lines, after) => {
    const { files, failed } = await applyTo({ 'f.txt': before }, patch('*** Update File: f.txt', ...lines));
    expect(failed).toEqual([]);
    expect(files['f.txt']).toBe(after);
  });

  it('move a file, with and without changes, and over another one', async () => {
    const reply = patch(
      '*** Update File: a.txt',
      '*** Move to: new/dir/a.txt',
      '@@',
      '-a',
      '+A',
      '*** Update File: b.txt',
      '*** Move to: c.txt',
    );
    const { files, applied } = await applyTo({ 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n' }, reply);
    expect(files).toEqual({ 'new/dir/a.txt': 'A\n', 'c.txt': 'b\n' });
    expect(applied.map(({ path }) => path)).toEqual(['new/dir/a.txt', 'c.txt']);
  });

  it('do not move a file whose change failed', async () => {
    const reply = patch('*** Update File: a.txt', '*** Move to: b.txt', '@@', '-nowhere to be found', '+A');
    const { files, failed } = await applyTo({ 'a.txt': 'a\n' }, reply);
    expect(files).toEqual({ 'a.txt': 'a\n' });
    expect(failed).toHaveLength(2);
  });

  it.each([
    ['a here-document', `apply_patch <<'EOF'\n${patch('*** Add File: x', '+y')}EOF\n`],
    ['a here-document without a command', `<<EOF\n${patch('*** Add File: x', '+y')}EOF`],
    ['a fence', `Here:\n\n\`\`\`patch\n${patch('*** Add File: x', '+y')}\`\`\`\nDone.\n`],
    ['blanks around the marks', ' *** Begin Patch  \n  *** Add File: x\n+y\n *** End Patch '],
    ['no end mark', '*** Begin Patch\n*** Add File: x\n+y\n'],
    ['no end mark in a here-document', '*** Begin Patch\n*** Add File: x\n+y\nEOF\n'],
    ['no begin mark', '*** Add File: x\n+y\n*** End Patch\n'],
    ['a blank line after a file', patch('*** Add File: x', '+y', '')],
  ])('may come with %s', async (_, reply) => {
    const { files, failed } = await applyTo({}, reply);
    expect([files, failed]).toEqual([{ x: 'y\n' }, []]);
  });

  it.each<[string, string[], string]>([
    ['an empty patch', [], 'no change'],
    ['a header of another kind', ['*** Frobnicate File: f.txt'], 'no header'],
    ['an update without lines', ['*** Update File: f.txt'], 'changes nothing'],
    ['an update of context alone', ['*** Update File: f.txt', '@@', ' a'], 'changes nothing'],
    ['a line without a mark', ['*** Update File: f.txt', '@@', '-a', 'b'], 'starts with none of'],
    ['an added line without a mark', ['*** Add File: g.txt', '+a', 'b'], 'starts with +'],
    ['lines that are not there', ['*** Update File: f.txt', '@@', '-nope at all', '+b'], 'not in the file'],
    ['a file that is not there', ['*** Update File: g.txt', '@@', '-a', '+b'], 'no such file'],
    ['lines to append to a file that is not there', ['*** Update File: g.txt', '@@', '+b'], 'no such file'],
    ['a deletion of a file that is not there', ['*** Delete File: g.txt'], 'no such file'],
    ['a deletion of a folder', ['*** Delete File: dir'], 'directory'],
    ['a path that leads out', ['*** Add File: ../x', '+a'], 'out of its folder'],
    ['a move that leads out', ['*** Update File: f.txt', '*** Move to: ../x'], 'out of its folder'],
    ['an absolute path', ['*** Delete File: /etc/hosts'], 'absolute'],
  ])('are refused: %s', async (_, lines, reason) => {
    const before = { 'f.txt': 'a\n', 'dir/x': 'x\n' };
    const { files, failed } = await applyTo(before, patch(...lines));
    expect(failed[0]?.reason).toContain(reason);
    expect(files).toEqual(before);
  });

  it('that were cut off keep the files before the last', async () => {
    const reply = '*** Begin Patch\n*** Add File: x\n+y\n*** Add File: z\n+hal';
    const { files, failed } = await applyTo({}, reply, { truncated: true });
    expect(files).toEqual({ x: 'y\n' });
    expect(failed).toMatchObject([{ path: 'z', reason: expect.stringContaining('cut off') }]);
  });
});
