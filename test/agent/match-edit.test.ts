import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Hunk } from '../../src/agent/edit.ts';
import { replaceHunks, replaceInText } from '../../src/agent/match-edit.ts';

/** One block: texts as they stand between the marks. */
function block(original: string, search: string, replace: string): string | undefined {
  const { text, results } = replaceHunks(original, [{ search, replace }]);
  return results[0]?.status === 'failed' ? undefined : text;
}

function reasonOf(original: string, ...hunks: Hunk[]): string {
  const failed = replaceHunks(original, hunks).results.find((result) => result.status === 'failed');
  return failed?.status === 'failed' ? failed.reason : '';
}

function edit(original: string, search: string, replace: string, all = false): string | undefined {
  const result = replaceInText(original, { search, replace, all });
  return result.ok ? result.text : undefined;
}

describe('replaceHunks: how far the lines may differ', () => {
  it.each<[string, string, string, string, string]>([
    ['exact lines', 'a\nb\nc\n', 'b\n', 'B\n', 'a\nB\nc\n'],
    ['whole lines only, never glued', 'xfoo\nbar\n', 'foo\nbar\n', 'baz\n', ''],
    ['blanks at line ends', 'a  \nb\t\nc\n', 'a\nb\n', 'x\n', 'x\nc\n'],
    ['blanks at line ends of the search', 'a\nb\n', 'a  \n', 'x\n', 'x\nb\n'],
    ['typographic punctuation', 'say “hi” — ok\nb\n', 'say "hi" - ok\n', 'say "ho"\n', 'say "ho"\nb\n'],
    ['one shift of all lines', '    a\n      b\n', 'a\n  b\n', 'x\n  y\nz\n', '    x\n      y\n    z\n'],
    ['one shift to the left', 'a\n  b\n', '    a\n      b\n', '    x\n      y\n', 'x\n  y\n'],
    [
      'tabs for spaces',
      '\tif x:\n\t\ty\n',
      '    if x:\n        y\n',
      '    if x:\n        z\n',
      '\tif x:\n\t\tz\n',
    ],
    [
      'no indentation at all',
      '  if (t) {\n    a\n  }\n',
      'if (t) {\na\n}\n',
      'if (f) {\nb\n}\n',
      '  if (f) {\n    b\n  }\n',
    ],
    [
      'only the first line cut',
      '  f() {\n    a\n  }\n',
      'f() {\n    a\n  }\n',
      'g() {\n    b\n  }\n',
      '  g() {\n    b\n  }\n',
    ],
    [
      'other spaces between words',
      'const   x    = 5;\n',
      'const x = 5;\n',
      'const x = 6;\n',
      'const x = 6;\n',
    ],
    ['a blank line too much in front', 'a\nb\n', '\na\n', '\nx\n', 'x\nb\n'],
    ['blank lines too much behind', 'a\nb\n', 'a\n\n\n', 'x\n\n', 'x\nb\n'],
    ['paired ... lines', 'a\nb\nc\nd\n', 'a\n...\nd\n', 'A\n...\nD\n', 'A\nb\nc\nD\n'],
    [
      'paired comments for left-out code',
      'a\nb\nc\n',
      'a\n// ... existing code ...\nc\n',
      'A\n// ... existing code ...\nc\n',
      'A\nb\nc\n',
    ],
    ['unpaired ... lines', 'a\nb\nc\n', 'a\n...\nc\n', 'A\nc\n', ''],
    ['pieces out of order', 'a\nb\nc\n', 'c\n...\na\n', 'C\n...\nA\n', ''],
    ['a piece that is there twice', 'a\nb\na\nc\n', 'a\n...\nc\n', 'A\n...\nC\n', ''],
    ['escapes too many', 'x = "a\tb";\n', 'x = "a\\tb";\n', 'x = "a\\tc";\n', 'x = "a\tc";\n'],
    [
      'escapes too many in the search alone',
      "s = 'It's';\n",
      "s = 'It\\'s';\n",
      "s = 'It is';\n",
      "s = 'It is';\n",
    ],
    ['a part of a line, between words', 'let x = f(a, b);\n', 'f(a, b)\n', 'f(a)\n', 'let x = f(a);\n'],
    ['a part of a word', 'discounted\n', 'count\n', 'total\n', ''],
    ['first and last line alone', 'f {\n  a\n  b\n}\n', 'f {\n  other\n}\n', 'f {\n  c\n}\n', ''],
    ['a letter different', 'colour = 1\n', 'color = 1\n', 'color = 2\n', ''],
  ])('%s', (...[, original, search, replace, expected]) => {
    expect(block(original, search, replace)).toBe(expected === '' ? undefined : expected);
  });

  it.each<[string, string, string, string]>([
    ['the same line twice', 'a\nb\na\n', 'a\n', 'lines 1, 3'],
    ['the same line with CRLF and with LF', 'a\r\nb\r\n-\na\nb\n', 'a\nb\n', 'lines 1, 4'],
    ['once exactly and once with trailing blanks', 'hello   \nhello\n', 'hello\n', 'lines 1, 2'],
    ['twice with other indentation', '  a\n    a\n', 'a\n', 'lines 1, 2'],
    ['twice inside lines', 'f(1) + f(1)\n', 'f(1)\n', 'lines 1, 1'],
  ])('is ambiguous: %s', (_, original, search, lines) => {
    expect(reasonOf(original, { search, replace: 'x\n' })).toContain(lines);
    expect(block(original, search, 'x\n')).toBeUndefined();
  });

  it('does not go on to looser stages once a stage found several places', () => {
    expect(reasonOf('x\nx\n  x\n', { search: 'x\n', replace: 'y\n' })).toContain('lines 1, 2;');
  });
});

describe('replaceHunks: what stays as it was', () => {
  it.each<[string, string, string, string, string]>([
    ['CRLF', 'a\r\nb\r\nc\r\n', 'b\n', 'x\ny\n', 'a\r\nx\r\ny\r\nc\r\n'],
    ['CRLF in the block', 'a\nb\n', 'a\r\n', 'x\r\ny\r\n', 'x\ny\nb\n'],
    ['a byte order mark', '\uFEFFa\nb\n', 'a\n', 'x\n', '\uFEFFx\nb\n'],
    ['a missing final newline', 'a\nb', 'b\n', 'x\ny\n', 'a\nx\ny'],
    ['bytes of context lines', 'a  \r\n“b”\nc\n', 'a\n"b"\nc\n', 'a\n"b"\nd\n', 'a  \r\n“b”\nd\n'],
    ['indentation of context lines', '\ta\n\tb\n', 'a\nb\n', 'a\nx\nb\n', '\ta\n\tx\n\tb\n'],
    ['everything when the replacement is empty but the lines', 'a\nb\nc\n', 'b\n', '', 'a\nc\n'],
  ])('%s', (...[, original, search, replace, expected]) => {
    expect(block(original, search, replace)).toBe(expected);
  });
});

describe('replaceHunks: nothing to find', () => {
  it('fills an empty file and refuses any other', () => {
    expect(block('', '', 'x\n')).toBe('x\n');
    expect(block('', '', 'x')).toBe('x');
    expect(block(' \n', '', 'x\n')).toBe('x\n');
    expect(reasonOf('a\n', { search: '', replace: 'x\n' })).toContain('is empty, but the file is not');
  });

  it('refuses a change that changes nothing', () => {
    expect(reasonOf('a\n', { search: 'a\n', replace: 'a\n' })).toContain('the same');
  });

  it('says so when the file already reads as asked', () => {
    expect(replaceHunks('new\n', [{ search: 'old\n', replace: 'new\n' }]).results).toEqual([
      { status: 'already' },
    ]);
    expect(replaceHunks('a\nc\n', [{ search: 'a\nb\nc\n', replace: 'a\nc\n' }]).results).toEqual([
      { status: 'already' },
    ]);
  });

  it('does not take a lone brace for a change that was made', () => {
    expect(reasonOf('f {\n}\n', { search: 'x\n}\n', replace: '}\n' })).toContain('not in the file');
  });

  it('does not take a common line for a change that was made when the search is nearly there', () => {
    const original = 'function find(name) {\n  return list[name];\n}\nfunction none() {\n  return null;\n}\n';
    expect(reasonOf(original, { search: '  return lists[name];\n', replace: '  return null;\n' })).toContain(
      '> 2|',
    );
  });

  it('refuses new lines that only stand for code left out', () => {
    const replace = 'function a() {\n  // ... rest of the code ...\n}\n';
    expect(
      reasonOf('function a() {\n  x();\n}\n', { search: 'function a() {\n  x();\n}\n', replace }),
    ).toContain('left out');
  });
});

describe('replaceHunks: several blocks', () => {
  it('looks for all of them in the original and applies the good ones', () => {
    const hunks = [
      { search: 'b\n', replace: 'a\n' },
      { search: 'a\n', replace: 'b\nb\n' },
      { search: 'nowhere\n', replace: 'x\n' },
    ];
    const { text, results } = replaceHunks('a\nb\nc\n', hunks);
    expect(text).toBe('b\nb\na\nc\n');
    expect(results).toMatchObject([
      { status: 'applied', startLine: 3, endLine: 3 },
      { status: 'applied', startLine: 1, endLine: 2 },
      { status: 'failed' },
    ]);
  });

  it('refuses a block that meets lines of another', () => {
    const hunks = [
      { search: 'a\nb\n', replace: 'x\n' },
      { search: 'b\nc\n', replace: 'y\n' },
    ];
    const { text, results } = replaceHunks('a\nb\nc\n', hunks);
    expect(text).toBe('x\nc\n');
    expect(results[1]).toMatchObject({ status: 'failed', reason: expect.stringContaining('another block') });
  });

  it('looks once more for what only the other blocks made', () => {
    const hunks = [
      { search: 'a\n', replace: 'x\n' },
      { search: 'x\nb\n', replace: 'y\n' },
    ];
    expect(replaceHunks('a\nb\n', hunks).text).toBe('y\n');
  });

  it('takes a repeated block for one', () => {
    const hunk = { search: 'a\n', replace: 'x\n' };
    expect(replaceHunks('a\n', [hunk, hunk])).toMatchObject({
      text: 'x\n',
      results: [{ status: 'applied' }, { status: 'already' }],
    });
  });

  it('gives the original back when every block failed', () => {
    expect(replaceHunks('a', [{ search: 'b\n', replace: 'c\n' }]).text).toBe('a');
  });
});

describe('replaceHunks: what a patch says besides its lines', () => {
  const original = 'fn a\nx\ny\nfn b\nx\nz\n';
  it.each<[string, Partial<Hunk>, string]>([
    ['a line above', { anchors: ['fn b'] }, 'fn a\nx\ny\nfn b\nX\nz\n'],
    ['two lines above', { anchors: ['fn a', 'y'] }, 'fn a\nx\ny\nfn b\nX\nz\n'],
    ['the line number', { nearLine: 2, ordered: true }, 'fn a\nX\ny\nfn b\nx\nz\n'],
  ])('%s chooses between equal places', (_, hint, expected) => {
    expect(replaceHunks(original, [{ search: 'x\n', replace: 'X\n', ...hint }]).text).toBe(expected);
  });

  it('a line number that fits no place chooses none', () => {
    expect(reasonOf(original, { search: 'x\n', replace: 'X\n', nearLine: 3, ordered: true })).toContain(
      'lines 2, 5',
    );
  });

  it('a line above that is not there, or there twice, chooses none', () => {
    expect(reasonOf(original, { search: 'x\n', replace: 'X\n', anchors: ['fn c'] })).toContain('lines 2, 5');
    expect(reasonOf(original, { search: 'x\n', replace: 'X\n', anchors: ['x'] })).toContain('lines 2, 5');
  });

  it('the end of the file chooses the last place', () => {
    expect(replaceHunks('m\na\nm\n', [{ search: 'm\n', replace: 'M\n', atEnd: true }]).text).toBe(
      'm\na\nM\n',
    );
  });

  it('a later hunk lies below an earlier one', () => {
    const hunks = [
      { search: 'fn b\n', replace: 'fn B\n', ordered: true },
      { search: 'x\n', replace: 'X\n', ordered: true },
    ];
    expect(replaceHunks(original, hunks).text).toBe('fn a\nx\ny\nfn B\nX\nz\n');
  });

  it('lines without a place go to the end, or below the line above', () => {
    const hunk = { search: '', replace: 'n\n', insertOnly: true };
    expect(replaceHunks('a\nb\n', [hunk]).text).toBe('a\nb\nn\n');
    expect(replaceHunks('a\nb\n', [{ ...hunk, anchors: ['a'] }]).text).toBe('a\nn\nb\n');
    expect(reasonOf('a\nb\n', { ...hunk, anchors: ['c'] })).toContain('not in the file');
    expect(reasonOf('a\na\n', { ...hunk, anchors: ['a'] })).toContain('lines 1, 2');
  });

  it('insertions at one place follow each other', () => {
    const insert = (replace: string): Hunk => ({ search: '', replace, insertOnly: true, ordered: true });
    expect(replaceHunks('a\n', [insert('x\n'), insert('y\n')]).text).toBe('a\nx\ny\n');
  });
});

describe('replaceHunks: a divider inside the block', () => {
  const original = 'Title\n=======\ntext\n';
  it('cuts where the search is in the file, the longest first', () => {
    const hunk = {
      search: 'Title\n',
      replace: 'text\n=======\nTitle\n=======\nmore\n',
      otherSplits: [{ search: 'Title\n=======\ntext\n', replace: 'Title\n=======\nmore\n' }],
    };
    expect(replaceHunks(original, [hunk]).text).toBe('Title\n=======\nmore\n');
  });

  it('reports an ambiguity only when no other cut fits', () => {
    const hunk = { search: 'a\n', replace: 'x\n', otherSplits: [{ search: 'a\nb\n', replace: 'y\n' }] };
    expect(replaceHunks('a\na\nb\n', [hunk]).text).toBe('a\ny\n');
    expect(reasonOf('a\na\n', hunk)).toContain('lines 1, 2');
  });
});

describe('replaceHunks: what a failure says', () => {
  it('shows the nearest lines with their numbers and marks the first that differs', () => {
    const original = 'import x\n\nfunction add(a, b) {\n  return a + b;\n}\n';
    const reason = reasonOf(original, {
      search: 'function add(a, b) {\n  return a + b + c;\n}\n',
      replace: 'x\n',
    });
    expect(reason).toContain('  3|function add(a, b) {\n> 4|  return a + b;\n  5|}');
  });

  it('shows nothing when nothing is alike', () => {
    expect(reasonOf('alpha\nbeta\n', { search: 'completely unrelated\n', replace: 'x\n' })).toBe(
      'what to find is not in the file',
    );
  });

  it('numbers equal places as they are after the other blocks', () => {
    const hunks = [
      { search: 'top\n', replace: 'top\nmore\n' },
      { search: 'a\n', replace: 'x\n' },
    ];
    expect(reasonOf('top\na\na\n', ...hunks)).toContain('lines 3, 4;');
  });

  it('names no more than eight places', () => {
    expect(reasonOf('a\n'.repeat(20), { search: 'a\n', replace: 'x\n' })).toContain(
      'lines 1, 2, 3, 4, 5, 6, 7, 8, …',
    );
  });
});

describe('replaceInText', () => {
  it.each<[string, string, string, string, string | undefined]>([
    ['part of a line', 'old content here', 'old content', 'new content', 'new content here'],
    ['a whole line keeps its end', 'a\nb\nc\n', 'b', 'x', 'a\nx\nc\n'],
    ['several lines for one', 'a\n  b\nc\n', 'b', 'x\ny', 'a\n  x\n  y\nc\n'],
    ['several lines, indented already', 'a\n  b\nc\n', 'b', 'x\n  y', 'a\n  x\n  y\nc\n'],
    ['nothing for a part', 'a b c\n', ' b', '', 'a c\n'],
    ['lines with their end', 'a\nb\nc\n', 'b\n', '', 'a\nc\n'],
    ['a line without its end stays as an empty one', 'a\nb\nc\n', 'b', '', 'a\n\nc\n'],
    ['smart quotes inside a line', 'log(‘hello’);\n', "log('hello')", "log('x')", "log('x');\n"],
    ['twice in one line', 'a = a\n', 'a', 'b', undefined],
    ['once as a line and once inside one', 'foo\nfoobar\n', 'foo', 'x', undefined],
    ['nothing in an empty file', '', '', 'new content', 'new content'],
    ['nothing in a file with text', 'a', '', 'b', undefined],
    ['no change', 'a', 'a', 'a', undefined],
  ])('%s', (...[, original, search, replace, expected]) => {
    expect(edit(original, search, replace)).toBe(expected);
  });

  it.each<[string, string, string, string, string | undefined]>([
    ['parts of lines', 'foo bar foo\nfoo\n', 'foo', 'q', 'q bar q\nq\n'],
    ['blocks of lines', 'a\r\nb\r\na\r\nb\r\n', 'a\nb', 'x\ny', 'x\r\ny\r\nx\r\ny\r\n'],
    ['blocks of lines that overlap', 'a\na\na\n', 'a\na\n', 'b\n', 'b\na\n'],
    ['nothing that is there', 'a\n', 'b\n', 'c\n', undefined],
    ['an empty search', 'a\n', '', 'c\n', undefined],
    ['no change', 'a\n', 'a', 'a', undefined],
  ])('all: %s', (...[, original, search, replace, expected]) => {
    expect(edit(original, search, replace, true)).toBe(expected);
  });

  it('tells the changed lines of the new text, and what it forgave', () => {
    expect(replaceInText('a\n  b\nc\n', { search: 'b\nc\n', replace: 'x\ny\nz\n' })).toMatchObject({
      ok: true,
      startLine: 2,
      endLine: 4,
      note: expect.stringContaining('indentation'),
    });
    expect(replaceInText('x\n', { search: 'old', replace: 'x' })).toMatchObject({
      ok: true,
      note: 'already there',
    });
  });
});

const line = fc.constantFrom('a', 'b', '  c', '\td', '', 'e f', 'x = "1"', '}');
const eol = fc.constantFrom('\n', '\r\n');

describe('replaceHunks on any file', () => {
  it('changes no byte outside the lines it replaces', () => {
    const lines = fc.array(line, { maxLength: 6 });
    const unique = fc
      .array(fc.nat(50), { minLength: 1, maxLength: 3 })
      .map((numbers) => numbers.map((number) => `unique ${number} ${numbers.join()}`));
    fc.assert(
      fc.property(
        fc.record({
          before: lines,
          found: unique,
          after: lines,
          fresh: lines,
          eol,
          bom: fc.boolean(),
          ended: fc.boolean(),
        }),
        (it) => {
          // A file of one unended line does not tell its line ending.
          fc.pre(it.ended || it.before.length + it.found.length + it.after.length > 1);
          const join = (parts: string[]): string => parts.map((part) => part + it.eol).join('');
          const [head, tail] = [(it.bom ? '\uFEFF' : '') + join(it.before), join(it.after)];
          const cut = (text: string): string =>
            it.ended || it.after.length > 0 ? text : text.slice(0, -it.eol.length);
          const hunk = {
            search: it.found.map((each) => `${each}\n`).join(''),
            replace: it.fresh.map((each) => `${each}\n`).join(''),
          };
          const { text, results } = replaceHunks(cut(head + join(it.found) + tail), [hunk]);
          expect(results[0]?.status).toBe('applied');
          const gone = it.fresh.length === 0 && it.after.length === 0 && !it.ended;
          const headAlone = it.before.length > 0 ? head.slice(0, -it.eol.length) : head;
          expect(text).toBe(gone ? headAlone : cut(head + join(it.fresh) + tail));
        },
      ),
    );
  });

  it('never throws and leaves the file alone when it fails', () => {
    const text = fc
      .array(fc.oneof(line, fc.string({ unit: 'binary' }), fc.constantFrom('...', '\\n', '// ...')), {
        maxLength: 8,
      })
      .map((parts) => parts.join('\n'));
    fc.assert(
      fc.property(text, text, text, fc.boolean(), (original, search, replace, all) => {
        const { text: after, results } = replaceHunks(original, [
          { search, replace, ordered: all, anchors: [replace] },
        ]);
        if (results[0]?.status !== 'applied') expect(after).toBe(original);
        replaceInText(original, { search, replace, all });
      }),
    );
  });
});
