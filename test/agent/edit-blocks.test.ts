import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseEdits, replyLimits } from '../../src/agent/edit-blocks.ts';

const body = '<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE\n';
const files = ['src/a.ts', 'b.md'];

describe('parseEdits: mixed notations', () => {
  it('reads all of them in one reply, in order', () => {
    const reply = [
      'I will change four files.\n',
      `src/a.ts\n\`\`\`ts\n${body}\`\`\`\n`,
      '*** Begin Patch\n*** Add File: c.txt\n+c\n*** End Patch\n',
      '```diff\n--- a/b.md\n+++ b/b.md\n@@ @@\n-x\n+y\n```\n',
      'd.txt\n```\nd\n```\n',
    ].join('\n');
    const { edits, malformed } = parseEdits(reply, { files });
    expect(edits.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'replace src/a.ts',
      'write c.txt',
      'replace b.md',
      'write d.txt',
    ]);
    expect(edits.map(({ at }) => at)).toEqual([...edits.map(({ at }) => at)].sort((a, b) => a - b));
    expect(malformed).toEqual([]);
  });

  it('finds the next fence after a block that holds fences', () => {
    const reply = `b.md\n\`\`\`md\n<<<<<<< SEARCH\n\`\`\`js\n=======\n\`\`\`ts\n>>>>>>> REPLACE\n\`\`\`\n\nc.txt\n\`\`\`\nc\n\`\`\`\n`;
    expect(parseEdits(reply, { files }).edits).toMatchObject([
      { path: 'b.md', search: '```js\n' },
      { path: 'c.txt', content: 'c\n' },
    ]);
  });

  it.each(['', 'Nothing to do.', '```', '<<<<<<<', '=======', '>>>>>>> REPLACE'])(
    'finds nothing in %j',
    (reply) => {
      expect(parseEdits(reply)).toEqual({ edits: [], malformed: [] });
    },
  );
});

describe('parseEdits: thinking', () => {
  const real = `src/a.ts\n${body}`;
  const draft = `src/a.ts\n${body.replace('new', 'draft')}`;
  it.each([
    ['closed', `<think>\n${draft}</think>\n${real}`, ['new\n']],
    ['closed, in one line with the answer', `<think>hm</think>src/a.ts\n${body}`, ['new\n']],
    ['under another name', `<thinking>\n${draft}</thinking>\n${real}`, ['new\n']],
    ['between blocks', `${real}<think>\n${draft}</think>\n`, ['new\n']],
    ['whose opening tag is missing', `hm\n${draft}</think>\n${real}`, ['new\n']],
    ['whose opening tag is missing, ended in its last line', `${draft}so be it.</think>\n${real}`, ['new\n']],
    ['that is never closed', `<think>\n${draft}${real}`, []],
  ])('%s', (_, reply, replacements) => {
    const { edits } = parseEdits(reply, { files });
    expect(edits.map((edit) => (edit.kind === 'replace' ? edit.replace : ''))).toEqual(replacements);
  });

  it('tags inside a block are content', () => {
    const reply = `src/a.ts\n<<<<<<< SEARCH\n<think>\n=======\n<think>x</think>\n>>>>>>> REPLACE\n`;
    expect(parseEdits(reply, { files }).edits).toMatchObject([
      { search: '<think>\n', replace: '<think>x</think>\n' },
    ]);
  });
});

describe('parseEdits: limits', () => {
  it('takes no more than so many edits and says so', () => {
    const { edits, malformed } = parseEdits(`src/a.ts\n${body.repeat(replyLimits.edits + 1)}`);
    expect(edits).toHaveLength(replyLimits.edits);
    expect(malformed).toMatchObject([{ reason: expect.stringContaining('at most 500') }]);
  });

  it('treats a reply that is too long as cut off', () => {
    const reply = `src/a.ts\n\`\`\`\n${'x'.repeat(replyLimits.characters)}`;
    expect(parseEdits(reply).malformed).toMatchObject([{ reason: expect.stringContaining('cut off') }]);
  });

  it('reads one that is just as long as it may be to its end', () => {
    const [head, end] = ['src/a.ts\n```\n', '\n```'];
    const content = 'x'.repeat(replyLimits.characters - head.length - end.length);
    expect(parseEdits(head + content + end)).toMatchObject({ edits: [{ path: 'src/a.ts' }], malformed: [] });
    expect(parseEdits(`${head}x${content}${end}`)).toMatchObject({ edits: [], malformed: [{}] });
  });

  it.each([
    ['opening fences', '```x\n'],
    ['closing fences', '```\n'],
    ['fences of growing length', '`'.repeat(50) + '\n~~~\n'],
    ['heads', '<<<<<<< SEARCH\n'],
    ['heads of no block', '<<<< FIND\n'],
    ['blocks without a right head', '<<< SEARCH\n=======\n>>>>>>> REPLACE\n'],
    ['dividers', '=======\n'],
    ['blocks without end', 'a.b\n<<<<<<< SEARCH\n=======\n'],
    ['diff headers', '--- a\n+++ b\n'],
    ['diff fences', 'a.b\n```diff\n@@\n+x\n```\n'],
    ['patch headers', '*** Begin Patch\n*** Update File: a\n'],
    ['thinking', '<think>\n'],
    ['names', 'src/a.ts\n'],
    ['excerpts', 'see `src/a.ts`:\n```\nx\n```\n'],
    ['blanks', ' '.repeat(1000) + 'x\n'],
    ['stars', '*'.repeat(1000) + '\n'],
    ['backticks', '`'.repeat(999) + 'x\n'],
  ])('reads a megabyte of %s', (_, piece) => {
    const reply = piece.repeat(Math.ceil(1_000_000 / piece.length));
    const { edits, malformed } = parseEdits(reply, { files });
    expect(edits.length).toBeLessThanOrEqual(replyLimits.edits);
    expect(malformed.length).toBeLessThan(200_000);
  });

  it('never throws, and names a line for everything it found', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '```',
        '````md',
        '~~~',
        '<<<<<<< SEARCH',
        '<<<<<<< HEAD',
        '=======',
        '>>>>>>> REPLACE',
        'src/a.ts',
        '`b.md`:',
      ),
      fc.constantFrom(
        '*** Begin Patch',
        '*** Update File: x',
        '*** Move to: y',
        '*** End of File',
        '*** End Patch',
        '@@ a',
        '@@ -1 +1 @@',
      ),
      fc.constantFrom(
        '--- a/x',
        '+++ b/x',
        '+++ /dev/null',
        'diff --git a/x b/y',
        'rename to z',
        '\\ No newline',
        '+a',
        '-b',
        ' c',
        '<think>',
        '</think>',
        '',
      ),
      fc.string({ unit: 'binary', maxLength: 12 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.boolean(), (pieces, truncated) => {
        const { edits, malformed } = parseEdits(pieces.join('\n'), { files, truncated });
        for (const { at } of [...edits, ...malformed]) expect(at).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });
});
