import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addedLines, readDiff, removedLines } from '../../src/domain/read-diff.ts';
import { makeRepository, type TestRepository } from '../support/git-repository.ts';

const flags = ['--no-ext-diff', '--no-textconv', '--text', '--find-renames=100%'];

describe('a diff as git writes it', () => {
  let repository: TestRepository;
  beforeAll(async () => {
    repository = await makeRepository({
      remote: 'none',
      files: { 'old name.txt': 'moved\n', 'gone.txt': 'gone\n' },
    });
  });
  afterAll(() => repository.remove());

  let switches: string[] = [];
  afterEach(() => {
    switches = [];
  });

  const diffOf = async (files: Record<string, string>, ...extra: string[]) => {
    const base = await repository.git('rev-parse', 'HEAD');
    await repository.commit(files);
    const diff = await repository.git(...switches, 'diff', ...flags, ...extra, base, 'HEAD');
    // The last line break is part of a diff: the line before it may be an empty one of the file.
    return readDiff(diff === '' ? '' : `${diff}\n`);
  };

  it('reads names with blanks, quotes, tabs and other alphabets', async () => {
    const names = [
      'a b.txt',
      'tab\there.txt',
      'quo"te.txt',
      'back\\slash.txt',
      'größe.txt',
      '日本 語.txt',
      'b/a/b/x.txt',
    ];
    const files = await diffOf(Object.fromEntries(names.map((name) => [name, 'x\n'])));
    expect(files.map((file) => file.path).sort()).toEqual([...names].sort());
    expect(files.every((file) => file.oldPath === null)).toBe(true);
  });

  it('takes content that looks like headers for content', async () => {
    const lines = [
      '-- a/x',
      '++ b/y',
      '@@ -1 +1 @@',
      'diff --git a/q b/q',
      '\\ No newline at end of file',
      '',
    ];
    const [file, ...others] = await diffOf({ 'tricky.txt': lines.join('\n') });
    expect(others).toEqual([]);
    expect(addedLines(file!).map((line) => line.text)).toEqual(lines.slice(0, -1));
  });

  it('reads renames, deletions and empty files, which have no hunks of their own', async () => {
    const base = await repository.git('rev-parse', 'HEAD');
    await repository.git('mv', 'old name.txt', 'new name.txt');
    await repository.git('rm', '-q', 'gone.txt');
    await repository.commit({ 'sub dir/empty file': '' });
    const files = readDiff(await repository.git('diff', ...flags, base, 'HEAD'));
    expect(files.map(({ path, oldPath, hunks }) => ({ path, oldPath, hunks: hunks.length }))).toEqual([
      { path: 'gone.txt', oldPath: 'gone.txt', hunks: 1 },
      { path: 'new name.txt', oldPath: 'old name.txt', hunks: 0 },
      { path: 'sub dir/empty file', oldPath: null, hunks: 0 },
    ]);
  });

  it('keeps carriage returns and copes with a missing line break at the end', async () => {
    await repository.commit({ 'crlf.txt': 'one\r\ntwo' });
    const [file] = await diffOf({ 'crlf.txt': 'one\r\ntwo\r\nthree' });
    expect(removedLines(file!).map((line) => line.text)).toEqual(['two']);
    expect(addedLines(file!).map((line) => line.text)).toEqual(['two\r', 'three']);
    expect(addedLines(file!).map((line) => line.newLine)).toEqual([2, 3]);
  });

  it('reads an empty context line that lost its blank', async () => {
    await repository.commit({ 'gap.txt': 'one\n\ntwo\n' });
    switches = ['-c', 'diff.suppressBlankEmpty=true'];
    const [file] = await diffOf({ 'gap.txt': 'one\n\n2\n' });
    expect(file?.hunks[0]?.lines.map((line) => line.kind)).toEqual([
      'context',
      'context',
      'removed',
      'added',
    ]);
  });

  it('reads one that ends the diff', async () => {
    await repository.commit({ 'gap.txt': '\n' });
    switches = ['-c', 'diff.suppressBlankEmpty=true'];
    const [file] = await diffOf({ 'gap.txt': 'one\n\n' });
    expect(file?.hunks[0]?.lines.map((line) => line.kind)).toEqual(['added', 'context']);
  });

  it('says that a file is shown as binary', async () => {
    await repository.commit({ 'image.bin': '\u0000\u0001' });
    const base = await repository.git('rev-parse', 'HEAD~1');
    const [file] = readDiff(await repository.git('diff', base, 'HEAD'));
    expect(file).toMatchObject({ path: 'image.bin', binary: true, hunks: [] });
  });

  it('gives back the file for every pair of contents', async () => {
    const line = fc.constantFrom('a', 'b', '', '-- x', '++ y', '@@', ' z', '+', '-', '\\');
    const content = fc
      .array(line, { maxLength: 8 })
      .map((lines) => lines.map((text) => `${text}\n`).join(''));
    await fc.assert(
      fc.asyncProperty(content, content, async (before, after) => {
        await repository.commit({ 'pair.txt': before });
        const [file] = await diffOf({ 'pair.txt': after }, '-U99');
        if (file === undefined) {
          expect(after).toBe(before);
          return;
        }
        const now = file.hunks.flatMap((hunk) => hunk.lines.filter((each) => each.kind !== 'removed'));
        expect(now.map((each) => `${each.text}\n`).join('')).toBe(after);
        expect(now.map((each) => each.newLine)).toEqual(now.map((_, at) => at + 1));
      }),
      { numRuns: 25 },
    );
  });
});

describe('a text that is no diff', () => {
  it.each([
    ['a hunk cut short', 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n'],
    ['a hunk header without numbers', 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ here @@\n'],
    ['a line that no hunk holds', 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n+c\n'],
    ['a combined diff', 'diff --cc x\n'],
    ['a hunk without a file', '@@ -1 +1 @@\n-a\n+b\n'],
  ])('is refused: %s', (_what, text) => {
    expect(() => readDiff(text)).toThrow(/cannot be read at its line/);
  });

  it('is read without files when empty', () => {
    expect(readDiff('')).toEqual([]);
  });
});

describe('a diff as others write it', () => {
  it('may name its files without a prefix', () => {
    const [file] = readDiff('diff --git a.txt a.txt\n--- a.txt\n+++ a.txt\n@@ -1 +1 @@\n-a\n+b\n');
    expect(file).toMatchObject({ path: 'a.txt', oldPath: 'a.txt' });
  });

  it('is refused where it ends too early', () => {
    expect(() => readDiff('diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n a\n+b\n')).toThrow(
      /cannot be read/,
    );
  });
});
