import { describe, expect, it } from '@jest/globals';
import { handsAt } from '../../../src/agent/hands.ts';
import { allTools } from '../../../src/agent/tools/all-tools.ts';
import { plainWorkspace } from '../../support/coding-bench.ts';
import { temporaryDirectories } from '../../support/directory.ts';
import { readAll } from '../edit-bench.ts';

const directory = temporaryDirectories();
const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join('');

/** Gives a function that uses the tools by name on a real directory. */
async function toolsOn(files: Record<string, string>, longestOutput = 16_384) {
  const workspace = await plainWorkspace(directory(), files);
  const hands = handsAt(workspace, { network: false, longestOutput: () => longestOutput });
  const use = (name: string, args: Record<string, unknown>) => {
    const tool = allTools.find(({ offer }) => offer.name === name);
    if (tool === undefined) throw new Error(`no tool ${name}`);
    return tool.use(args, hands, new AbortController().signal);
  };
  return { use, hands, workspace, all: () => readAll(workspace.directory) };
}

describe('the offer', () => {
  it('has seven tools, the likely ones first, in a small schema', () => {
    expect(allTools.map(({ offer }) => offer.name)).toEqual([
      'read',
      'edit',
      'write',
      'search',
      'list',
      'run',
      'done',
    ]);
    expect(JSON.stringify(allTools.map(({ offer }) => offer)).length).toBeLessThan(2400);
  });
});

describe('read', () => {
  it('numbers lines and says where to go on', async () => {
    const { use } = await toolsOn({ 'a.txt': lines(500) });
    const first = (await use('read', { path: 'a.txt' })).text.split('\n');
    expect(first[0]).toBe('a.txt, lines 1 to 400 of 500:');
    expect(first[1]).toBe('   1| line 1');
    expect(first.at(-1)).toBe('Go on with start 401.');
    expect((await use('read', { path: 'a.txt', start: 499, lines: 9 })).text).toBe(
      'a.txt, lines 499 to 500 of 500:\n 499| line 499\n 500| line 500',
    );
  });

  it('shows less where there is less room', async () => {
    const { use } = await toolsOn({ 'a.txt': lines(400), 'wide.txt': 'x'.repeat(5000) }, 1000);
    expect((await use('read', { path: 'a.txt' })).text.length).toBeLessThan(1100);
    expect((await use('read', { path: 'wide.txt' })).text.length).toBeLessThan(1100);
  });

  it.each([
    ['gone.txt', 'There is no file'],
    ['blob', 'not a UTF-8 text file'],
    ['short.txt', 'has only 1 lines'],
  ])('says why it cannot read %s', async (path, words) => {
    const { use } = await toolsOn({ blob: '\0', 'short.txt': 'x\n' });
    expect(await use('read', { path, start: 5 })).toMatchObject({
      ok: false,
      text: expect.stringContaining(words),
    });
  });

  it('says that a file is empty', async () => {
    expect((await (await toolsOn({ a: '' })).use('read', { path: 'a' })).text).toBe('a is empty.');
  });
});

describe('edit', () => {
  it('changes the one place and shows it with three lines around', async () => {
    const { use, all, hands } = await toolsOn({ 'a.txt': lines(20) });
    expect(await use('edit', { path: 'a.txt', old: 'line 10\n', new: 'ten\n' })).toEqual({
      ok: true,
      changed: 'a.txt',
      text: `a.txt was changed. It now reads:\n${[7, 8, 9, 10, 11, 12, 13]
        .map((each) => `${String(each).padStart(4)}| ${each === 10 ? 'ten' : `line ${each}`}`)
        .join('\n')}`,
    });
    expect((await all())['a.txt']).toContain('line 9\nten\nline 11');
    expect([...hands.touched]).toEqual(['a.txt']);
  });

  it('keeps line endings, and takes the numbers of read off', async () => {
    const { use, all } = await toolsOn({ 'a.txt': 'one\r\n  two\r\n' });
    await use('edit', { path: 'a.txt', old: '   1| one\n   2|   two\n', new: '   1| one\n   2|   zwei\n' });
    expect(await all()).toEqual({ 'a.txt': 'one\r\n  zwei\r\n' });
  });

  it('replaces every occurrence when asked', async () => {
    const { use, all } = await toolsOn({ a: 'x y x\nx\n' });
    expect(await use('edit', { path: 'a', old: 'x', new: 'z' })).toMatchObject({ ok: false });
    expect(await use('edit', { path: 'a', old: 'x', new: 'z', all: true })).toMatchObject({ ok: true });
    expect(await all()).toEqual({ a: 'z y z\nz\n' });
  });

  it('says what is there already, what is ambiguous, and what is not there', async () => {
    const { use } = await toolsOn({ a: 'alpha beta gamma\ndelta\ndelta\n' });
    expect((await use('edit', { path: 'a', old: 'alpha beta gama', new: 'x' })).text).toContain(
      'the nearest lines',
    );
    expect((await use('edit', { path: 'a', old: 'delta\n', new: 'x\n' })).text).toContain('lines 2, 3');
    const already = await use('edit', { path: 'a', old: 'something else', new: 'alpha beta gamma' });
    expect(already).toEqual({ ok: true, text: expect.stringContaining('already reads like that') });
  });

  it('creates a file when there is nothing to find, and only then', async () => {
    const { use, all } = await toolsOn({ a: 'x\n' });
    expect(await use('edit', { path: 'new/b', old: '', new: 'y' })).toMatchObject({
      ok: true,
      changed: 'new/b',
    });
    expect(await use('edit', { path: 'c', old: 'q', new: 'y' })).toMatchObject({ ok: false });
    expect(await use('edit', { path: 'a', old: '', new: 'y' })).toMatchObject({ ok: false });
    expect(await all()).toEqual({ a: 'x\n', 'new/b': 'y\n' });
  });

  it('does not edit what is no text', async () => {
    const { use } = await toolsOn({ blob: '\0' });
    expect((await use('edit', { path: 'blob', old: 'a', new: 'b' })).text).toContain('cannot be edited');
  });
});

describe('write', () => {
  it('creates and replaces files, ended by a line end', async () => {
    const { use, all } = await toolsOn({ a: 'old\n' });
    expect((await use('write', { path: 'src/b', content: 'one\ntwo' })).text).toBe(
      'src/b was created, 2 lines.',
    );
    expect((await use('write', { path: 'a', content: 'new\n' })).text).toBe('a was replaced, 1 lines.');
    expect(await use('write', { path: 'a', content: 'new\n' })).toEqual({
      ok: true,
      text: 'a already reads like that.',
    });
    expect(await all()).toEqual({ a: 'new\n', 'src/b': 'one\ntwo\n' });
  });

  it('replaces a long file only after it was read', async () => {
    const { use } = await toolsOn({ a: lines(301) });
    expect((await use('write', { path: 'a', content: 'x' })).text).toContain(
      '301 lines that you have not read',
    );
    await use('read', { path: 'a' });
    expect(await use('write', { path: 'a', content: 'x' })).toMatchObject({ ok: true });
  });

  it('refuses what is too large, left out, or elsewhere', async () => {
    const { use, all } = await toolsOn({ a: lines(9) });
    expect((await use('write', { path: 'b', content: 'x'.repeat(200_001) })).text).toContain(
      'more than 200000 bytes',
    );
    expect((await use('write', { path: 'a', content: '// ... rest of the code ...' })).text).toContain(
      'left out',
    );
    expect((await use('write', { path: '../b', content: 'x' })).text).toContain('leads out');
    expect(Object.keys(await all())).toEqual(['a']);
  });

  it('tells what a parser says', async () => {
    const { use } = await toolsOn({});
    expect((await use('write', { path: 'a.json', content: '{"a": }' })).text).toContain('Syntax error now');
  });
});

describe('list', () => {
  it('shows two levels, and how much lies below', async () => {
    const { use } = await toolsOn({
      'a.txt': '',
      'src/b.ts': '',
      'src/deep/c.ts': '',
      'src/deep/er/d.ts': '',
    });
    expect((await use('list', {})).text).toBe('a.txt\nsrc/b.ts\nsrc/deep/ (2 files)');
    expect((await use('list', { path: 'src/', depth: 1 })).text).toBe('src/b.ts\nsrc/deep/ (2 files)');
    expect(await use('list', { path: 'lib' })).toMatchObject({ ok: false });
    expect(await use('list', { path: '../..' })).toMatchObject({ ok: false });
  });

  it('stops at 200 entries', async () => {
    const files = Object.fromEntries(Array.from({ length: 230 }, (_, index) => [`f${index}`, '']));
    expect((await (await toolsOn(files)).use('list', {})).text).toContain('30 more');
  });
});

describe('search', () => {
  it('finds lines, and asks for a pattern where there is none', async () => {
    const { use } = await toolsOn({ 'src/a': 'x\nneedle\n' });
    expect((await use('search', { pattern: 'needle', path: 'src' })).text).toBe('src/a:2: needle');
    expect(await use('search', { pattern: ' ' })).toMatchObject({ ok: false });
    expect(await use('search', { pattern: 'x', path: '../' })).toMatchObject({ ok: false });
  });
});

describe('done', () => {
  it.each([
    [{ summary: 'Did it.' }, { end: 'finished', summary: 'Did it.' }],
    [
      { summary: 'x', no_change_reason: 'N/A', question: 'none.' },
      { end: 'finished', summary: 'x' },
    ],
    [
      { summary: 'x', no_change_reason: 'It is so.' },
      { end: 'no-change-needed', reason: 'It is so.' },
    ],
    [
      { summary: 'x', question: 'Which?' },
      { end: 'question', question: 'Which?' },
    ],
  ])('ends with %j', async (args, ending) => {
    expect((await (await toolsOn({})).use('done', args)).ending).toMatchObject(ending);
  });

  it('takes a question after work for a remark', async () => {
    const { use } = await toolsOn({});
    await use('write', { path: 'a', content: 'x' });
    const ending = (await use('done', { summary: 'Did it.', question: 'Tests too?', no_change_reason: 'x' }))
      .ending;
    expect(ending).toEqual({ end: 'finished', summary: 'Did it.\n\nOpen question: Tests too?' });
  });
});
