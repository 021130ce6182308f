import { describe, expect, it } from '@jest/globals';
import { parseEdits } from '../../src/agent/edit-blocks.ts';

const files = ['src/a.ts', 'docs/guide.md', 'lib/file.with.dots.py', 'Makefile', 'file-one.ts'];
const body = '<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE\n';
const edit = { kind: 'replace', search: 'old\n', replace: 'new\n' };

function parse(reply: string, truncated = false, known: string[] = files) {
  return parseEdits(reply, { files: known, truncated });
}

describe('SEARCH/REPLACE blocks: the marks', () => {
  it.each([
    ['five characters', '<<<<< SEARCH\nold\n=====\nnew\n>>>>> REPLACE\n'],
    ['nine characters', '<<<<<<<<< SEARCH\nold\n=========\nnew\n>>>>>>>>> REPLACE\n'],
    ['ORIGINAL and UPDATED', '<<<<<<< ORIGINAL\nold\n=======\nnew\n>>>>>>> UPDATED\n'],
    ['a conflict with any label', '<<<<<<< HEAD\nold\n=======\nnew\n>>>>>>> my-branch\n'],
    ['a bracket too much', '<<<<<<< SEARCH>\nold\n=======\nnew\n>>>>>>> REPLACE\n'],
    ['no label at the end', '<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>>>\n'],
    ['dashes and pluses', '------- SEARCH\nold\n=======\nnew\n+++++++ REPLACE\n'],
    ['blanks around the marks', '  <<<<<<< SEARCH  \nold\n =======\nnew\n\t>>>>>>> REPLACE \n'],
    ['a fence glued to the end', '<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE```\n'],
    ['a second divider instead of the end', '<<<<<<< SEARCH\nold\n=======\nnew\n=======\n'],
    ['CRLF', body.replaceAll('\n', '\r\n')],
    ['no final newline', body.trimEnd()],
  ])('%s', (_, marks) => {
    expect(parse(`src/a.ts\n${marks}`)).toMatchObject({
      edits: [{ ...edit, path: 'src/a.ts' }],
      malformed: [],
    });
  });

  it.each([
    ['four characters', '<<<< SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE\n'],
    ['ten characters', `${'<'.repeat(10)} SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE\n`],
    ['another word', '<<<<<<< FIND\nold\n=======\nnew\n>>>>>>> REPLACE\n'],
  ])('%s is no block, and neither lost without a word nor the content of a file', (_, marks) => {
    const reason = expect.stringContaining('its first line is not <<<<<<< SEARCH') as unknown;
    for (const reply of [`src/a.ts\n${marks}`, `src/a.ts\n\`\`\`\n${marks}\`\`\`\n`])
      expect(parse(reply)).toMatchObject({ edits: [], malformed: [{ path: 'src/a.ts', reason }] });
    expect(parse(`src/a.ts\n${marks}\n${body}`)).toMatchObject({ edits: [edit], malformed: [{ reason }] });
  });

  it('takes what ends as no block does for talk', () => {
    expect(parse('<<< so\n=======\nmuch\n>>> for that\n')).toEqual({ edits: [], malformed: [] });
  });

  it('keeps longer lines of equal signs as content', () => {
    const reply =
      'docs/guide.md\n<<<<<<< SEARCH\nTitle\n==========\n=======\nTitle 2\n==========\n>>>>>>> REPLACE\n';
    expect(parse(reply).edits).toMatchObject([
      { search: 'Title\n==========\n', replace: 'Title 2\n==========\n' },
    ]);
  });

  it('offers every divider where there are several', () => {
    const reply = 'docs/guide.md\n<<<<<<< SEARCH\nT\n=======\nx\n=======\nT\n=======\ny\n>>>>>>> REPLACE\n';
    expect(parse(reply).edits).toMatchObject([
      {
        search: 'T\n',
        replace: 'x\n=======\nT\n=======\ny\n',
        otherSplits: [
          { search: 'T\n=======\nx\n', replace: 'T\n=======\ny\n' },
          { search: 'T\n=======\nx\n=======\nT\n', replace: 'y\n' },
        ],
      },
    ]);
  });

  it('takes two dividers in a row before the end for one', () => {
    const reply = 'src/a.ts\n<<<<<<< SEARCH\nold\n=======\n=======\n>>>>>>> REPLACE\n';
    expect(parse(reply).edits).toMatchObject([
      { search: 'old\n', replace: '', otherSplits: [{ search: 'old\n=======\n', replace: '' }] },
    ]);
  });

  it('offers no more than sixteen ways to cut a block', () => {
    const reply = `src/a.ts\n<<<<<<< SEARCH\n${'=======\n'.repeat(100)}>>>>>>> REPLACE\n`;
    expect(parse(reply).edits).toMatchObject([{ otherSplits: { length: 15 } }]);
  });

  it('reads conflict marks in a block as its content', () => {
    const conflict = '<<<<<<< HEAD\na\n=======\nb\n>>>>>>> branch\n';
    const reply = `src/a.ts\n<<<<<<< SEARCH\n${conflict}=======\na\n>>>>>>> REPLACE\n`;
    const [found] = parse(reply).edits;
    expect(found).toMatchObject({ otherSplits: [{ search: conflict, replace: 'a\n' }] });
  });
});

describe('SEARCH/REPLACE blocks: the file name', () => {
  it.each([
    ['alone', 'src/a.ts\n', 'src/a.ts'],
    ['with a hash', '### src/a.ts\n', 'src/a.ts'],
    ['in bold', '**src/a.ts**\n', 'src/a.ts'],
    ['in backticks', '`src/a.ts`:\n', 'src/a.ts'],
    ['in bold backticks with a number', '1. **`src/a.ts`**\n', 'src/a.ts'],
    ['after a label', 'File: src/a.ts\n', 'src/a.ts'],
    ['after a bold label', '**File:** `src/a.ts`\n', 'src/a.ts'],
    ['with a remark', 'src/a.ts (modified)\n', 'src/a.ts'],
    ['as a comment', '// src/a.ts\n', 'src/a.ts'],
    ['above the fence', 'src/a.ts\n```ts\n', 'src/a.ts'],
    ['above the fence and a blank line', 'src/a.ts\n\n```ts\n', 'src/a.ts'],
    ['inside the fence', '```ts\nsrc/a.ts\n', 'src/a.ts'],
    ['in a fence of its own', '```python\nsrc/a.ts\n```\n```python\n', 'src/a.ts'],
    ['glued to the fence', '```src/a.ts\n', 'src/a.ts'],
    ['behind the language', '```ts src/a.ts\n', 'src/a.ts'],
    ['in an attribute of the fence', '```ts title="src/a.ts"\n', 'src/a.ts'],
    ['behind the language and a colon', '```ts:src/a.ts\n', 'src/a.ts'],
    ['in a sentence', 'In src/a.ts, change this:\n', 'src/a.ts'],
    ['in a sentence in backticks', 'Now update `src/a.ts` as follows.\n', 'src/a.ts'],
    ['with dots', 'lib/file.with.dots.py\n', 'lib/file.with.dots.py'],
    ['without an ending', 'Makefile\n', 'Makefile'],
    ['without its folder', 'a.ts\n', 'src/a.ts'],
    ['with folders too many', '/repo/x/src/a.ts\n'.slice(1), 'src/a.ts'],
    ['with folders too few', 'guide.md\n', 'docs/guide.md'],
    ['with backslashes', 'src\\a.ts\n', 'src/a.ts'],
    ['with a leading dot', './src/a.ts\n', 'src/a.ts'],
    ['with signs left out', 'file_one_ts\n', 'file-one.ts'],
    ['of a file unknown', 'src/new.ts\n', 'src/new.ts'],
    ['of a file unknown, with spaces', 'my docs/new file.md\n', 'my docs/new file.md'],
    ['of a file unknown, with spaces, in backticks', '`new file.md`\n', 'new file.md'],
    ['that leads outside', '../../etc/x\n', '../../etc/x'],
    ['that is absolute', '/etc/passwd\n', '/etc/passwd'],
    ['in a home directory', '~/.ssh/config\n', '~/.ssh/config'],
    ['on a drive', 'C:\\x\\y\n', 'C:/x/y'],
  ])('%s', (_, above, path) => {
    expect(parse(above + body)).toMatchObject({ edits: [{ ...edit, path }], malformed: [] });
  });

  it('stands in the head itself', () => {
    expect(parse(body.replace('SEARCH', 'SEARCH src/a.ts')).edits).toMatchObject([{ path: 'src/a.ts' }]);
  });

  it('is the one of the block before when there is none', () => {
    expect(parse(`src/a.ts\n${body}\n...\n\n${body}\n${body}`).edits.map((each) => each.path)).toEqual(
      Array(3).fill('src/a.ts'),
    );
  });

  it('is the only file there is when there is none at all', () => {
    expect(parse(body, false, ['only.py']).edits).toMatchObject([{ path: 'only.py' }]);
  });

  it('is asked for when nothing tells it', () => {
    expect(parse(`Do this:\n\n${body}`)).toMatchObject({
      edits: [],
      malformed: [{ path: '', reason: expect.stringContaining('no file name') }],
    });
  });

  it('of a new file is not bent to a known one', () => {
    const create = '<<<<<<< SEARCH\n=======\nnew\n>>>>>>> REPLACE\n';
    expect(parse(`other/a.ts\n${create}src/b.ts\n${create}`).edits.map((each) => each.path)).toEqual([
      'other/a.ts',
      'src/b.ts',
    ]);
  });

  it('of two files with one base name is not guessed', () => {
    expect(parse(`a.ts\n${body}`, false, ['x/a.ts', 'y/a.ts']).edits).toMatchObject([{ path: 'a.ts' }]);
  });
});

describe('SEARCH/REPLACE blocks that are broken', () => {
  it.each([
    ['no end', '<<<<<<< SEARCH\nold\n=======\nnew\n\noops\n', 'no >>>>>>> REPLACE'],
    ['no divider', '<<<<<<< SEARCH\nold\nnew\n>>>>>>> REPLACE\n', 'no ======='],
  ])('%s', (_, broken, reason) => {
    expect(parse(`src/a.ts\n${broken}`)).toMatchObject({
      edits: [],
      malformed: [{ path: 'src/a.ts', at: 2, reason: expect.stringContaining(reason) }],
    });
  });

  it('do not hide the block that follows', () => {
    const parsed = parse(`src/a.ts\n<<<<<<< SEARCH\nold\n=======\nnew\n\n${body}`);
    expect(parsed).toMatchObject({
      edits: [{ ...edit, path: 'src/a.ts' }],
      malformed: [{ path: 'src/a.ts' }],
    });
  });

  it('are left when the reply was cut off, complete ones are taken', () => {
    const parsed = parse(`src/a.ts\n${body}docs/guide.md\n<<<<<<< SEARCH\nold\n=======\nne`, true);
    expect(parsed).toMatchObject({
      edits: [{ path: 'src/a.ts' }],
      malformed: [{ path: 'docs/guide.md', reason: expect.stringContaining('cut off') }],
    });
  });

  it('a second divider does not end a block of a reply that was cut off', () => {
    expect(parse('src/a.ts\n<<<<<<< SEARCH\nold\n=======\nnew\n=======', true).edits).toEqual([]);
  });
});
