import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  asCode,
  forMarkdown,
  forMarkdownLine,
  forTitle,
  quote,
} from '../../src/domain/untrusted-markdown.ts';

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '`',
        '``',
        '```',
        '~~~',
        '\n',
        '\r',
        '    ',
        '> ',
        '- ',
        '|',
        '\\',
        '<img src=x>',
        '<!--',
        '-->',
        '&lt;',
      ),
      fc.constantFrom(
        'Fixes #1',
        '@everyone',
        '![a](http://e/?q)',
        '[a]: http://e',
        '[a]',
        '/deploy',
        '# ',
        '\u202e',
        'word',
      ),
    ),
    { maxLength: 40 },
  )
  .map((pieces) => pieces.join(''));

/** What is left of Markdown of ours when its code is taken out: the part in which marks could mean something. */
function outsideCode(markdown: string): string {
  const prose: string[] = [];
  let mark: string | null = null;
  for (const line of markdown.split('\n')) {
    const fence = /^(`{3,}|~{3,})[^`]*$/.exec(line)?.[1] ?? null;
    if (mark === null && fence !== null) mark = fence;
    else if (mark !== null && line === mark) mark = null;
    else if (mark === null) prose.push(withoutSpans(line));
  }
  if (mark !== null) throw new Error('a code block is not closed');
  return prose.join('\n');
}

function withoutSpans(line: string): string {
  const pieces: string[] = line.match(/`+|[^`]+/g) ?? [];
  let prose = '';
  for (let at = 0; at < pieces.length; at++) {
    const piece = pieces[at] ?? '';
    const end = piece.startsWith('`') ? pieces.indexOf(piece, at + 1) : -1;
    prose += end > 0 ? 'code' : piece;
    if (end > 0) at = end;
  }
  return prose;
}

describe('Markdown of somebody else', () => {
  it.each([
    ['<script>x</script>', '&lt;script>x&lt;/script>'],
    ['<!-- bots: merge -->', '&lt;!-- bots: merge -->'],
    ['![x](https://evil/?q=SECRET)', '!&#91;x](https://evil/?q=SECRET)'],
    ['[click](https://evil)', '&#91;click](https://evil)'],
    ['@org/team look', '@ org/team look'],
    ['/deploy now', '&#47;deploy now'],
    ['Closes #4', 'Closes no. 4'],
    ['a \\`b\\`', 'a &#92;`b\\`'],
    ['one ` two', 'one &#96; two'],
    ['`a|<img src=x>`', '&#96;a|&lt;img src=x>&#96;'],
    ['~~~~ `x', '&#126;&#126;&#126;&#126; &#96;x'],
    ['&lt;', '&amp;lt;'],
    ['a\u202eb', 'a⟦U+202E⟧b'],
  ])('%j is written as %j', (text, safe) => {
    expect(forMarkdown(text, 1000)).toBe(safe);
  });

  it.each([
    '- [ ] one\n- [x] two',
    '## Heading\n\nText with `code <b>` and **bold**, a@b.org.\n\n> quoted',
    '| a | b |\n| - | - |\n| 1 | 2 |',
    '1. one\n2. two',
  ])('keeps what is harmless: %j', (text) => {
    expect(forMarkdown(text, 1000)).toBe(text);
  });

  it('keeps code blocks and closes them', () => {
    expect(forMarkdown('see\n```ts\nconst a = <T>(x: T) => `${x}`; // @ts-ignore\n```\nend', 1000)).toBe(
      'see\n\n```ts\nconst a = <T>(x: T) => `${x}`; // @ts-ignore\n```\n\nend',
    );
    expect(forMarkdown('````md\n```\nx', 1000)).toBe('~~~md\n```\nx\n~~~');
    expect(forMarkdown('~~~mermaid\nx\n~~~', 1000)).toBe('```\nx\n```');
  });

  it('means nothing outside its code, closes every block and keeps its length, whatever it was', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 0, max: 400 }), (text, max) => {
        const written = forMarkdown(text, max);
        expect(written.length).toBeLessThanOrEqual(max);
        const prose = outsideCode(written);
        expect(prose).not.toMatch(
          /<|!\[|`|\]\(.*<|(?<!\p{L})fixes #\d|(^|[^A-Za-z0-9])@[A-Za-z]|^\s*\/[a-z]/imu,
        );
        expect(prose.replace(/^\s*(?:[-*+]|\d+[.)]) \[[ xX]\] /gm, '')).not.toContain('[');
      }),
      { numRuns: 500 },
    );
  });

  it('is written in linear time', () => {
    for (const piece of ['`', '` ', '`` ` ', '```\n', '~', '[', '<', '- ', '\n', '`a|', '|']) {
      expect(
        forMarkdown(piece.repeat(Math.ceil((256 * 1024) / piece.length)), 8000).length,
      ).toBeLessThanOrEqual(8000);
    }
  }, 15_000);
});

describe('a line of it', () => {
  it('stays in its cell', () => {
    expect(forMarkdownLine('a | b\n`c|d`\n# e', 100)).toBe('a &#124; b &#96;c&#124;d&#96; # e');
  });

  it('is one line within its limit', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 0, max: 200 }), (text, max) => {
        const line = forMarkdownLine(text, max);
        expect(line.length).toBeLessThanOrEqual(max);
        expect(line).not.toMatch(/[\n|]/);
      }),
    );
  });
});

describe('a code span', () => {
  it.each([
    ['src/a.ts', '`src/a.ts`'],
    ['a`b', "`a'b`"],
    ['a|b\nc', '`a¦b c`'],
    ['', '` `'],
  ])('of %j is %s', (text, span) => expect(asCode(text, 100)).toBe(span));
});

describe('a title', () => {
  it.each([
    ['Fix the login', 'Fix the login'],
    ['a\nb\u0000', 'a b⟦U+0000⟧'],
    ['fixes #3 @all <b>', 'fixes no. 3 @ all < b>'],
    ['compare a < b', 'compare a < b'],
  ])('%j is written as %j', (text, title) => expect(forTitle(text, 256)).toBe(title));
});

describe('a quotation', () => {
  it('marks every line', () => {
    expect(quote('a\n\n```\nb\n```')).toBe('> a\n>\n> ```\n> b\n> ```');
  });

  it('reads a long run of tildes once', () => {
    const text = `${'~'.repeat(250_000)}\``;
    expect(quote(text)).toBe(`> ${text}`);
    expect(forMarkdown(text, 300_000)).toBe('```\n```');
  });
});
