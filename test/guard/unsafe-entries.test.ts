import { describe, expect, it } from '@jest/globals';
import type { CapturedTree } from '../../src/domain/change.ts';
import { findUnsafeEntries } from '../../src/guard/unsafe-entries.ts';
import { captured, type Edit } from '../support/captured.ts';
import { inspected } from '../support/inspected.ts';

const refused = (...edits: Edit[]) => findUnsafeEntries(inspected(captured(...edits)));
const added = (path: string, mode = '100644'): Edit => ({ path, before: null, after: 'x\n', mode });

describe('an entry', () => {
  it.each([
    ['120000', 'symbolic link'],
    ['160000', 'submodule'],
    ['100755', 'executable'],
  ])('of mode %s is refused', (mode, word) => {
    expect(refused(added('a', mode))).toMatchObject([{ code: 'GUARD_UNSAFE_ENTRY', path: 'a' }]);
    expect(refused(added('a', mode))[0]?.reason).toContain(word);
  });

  it('that becomes executable is refused, one that was stays as it was', () => {
    const change = captured({ path: 'run.sh', before: 'a\n', after: 'b\n', mode: '100755' });
    expect(findUnsafeEntries(inspected(change))).toHaveLength(1);
    const before: CapturedTree = {
      ...change,
      files: change.files.map((file) => ({ ...file, oldMode: '100755' })),
    };
    expect(findUnsafeEntries(inspected(before))).toEqual([]);
  });

  it('that was a link may be deleted', () => {
    const change = captured({ path: 'link', before: 'a\n', after: null });
    const link = { ...change, files: change.files.map((file) => ({ ...file, oldMode: '120000' })) };
    expect(findUnsafeEntries(inspected(link))).toEqual([]);
  });

  it.each([
    '/etc/x',
    '../x',
    'a/../../x',
    './x',
    'a//b',
    '.git/config',
    '.GIT/hooks/x',
    'a/.git/b',
    'git~1/config',
    'GIT~2',
    '.git./x',
    '.git /x',
    '.git::$INDEX_ALLOCATION/x',
    '.g\u200cit/x',
    'con',
    'sub/AUX.txt',
    'nul.tar.gz',
    'COM1',
    'a\\b',
    'a:b',
    'what?',
    'trailing.',
    'trailing ',
    'bell\u0007',
  ])('named %j is refused', (path) => {
    expect(refused(added(path))).toMatchObject([{ code: 'GUARD_UNSAFE_ENTRY', path }]);
  });

  it.each([
    '.gitignore',
    'a.git/x',
    'git',
    'console.ts',
    'com.ts',
    'aux-files/x',
    'größe.md',
    '日本.txt',
    'a b/c',
  ])('named %j is fine', (path) => {
    expect(refused(added(path))).toEqual([]);
  });

  it('with an unportable name may be changed where it already is, and deleted', () => {
    expect(refused({ path: 'drivers/aux.c', before: 'a\n', after: 'b\n' })).toEqual([]);
    expect(refused({ path: 'drivers/aux.c', before: 'a\n', after: null })).toEqual([]);
  });

  it('whose name differs from another one only in case is refused', () => {
    expect(refused(added('Readme.md'), added('README.md'))).toHaveLength(2);
    expect(refused({ path: 'Readme.md', before: 'a\n', after: null }, added('README.md'))).toEqual([]);
  });
});

describe('what the diff does not show', () => {
  const change = captured(added('a'), added('b'));
  it('is refused: a file that is missing from it', () => {
    const diff = captured(added('a')).diff;
    expect(findUnsafeEntries(inspected({ ...change, diff }))).toMatchObject([{ path: 'b' }]);
  });

  it('is refused: a file that git does not list', () => {
    expect(findUnsafeEntries(inspected({ ...change, files: change.files.slice(0, 1) }))).toMatchObject([
      { path: 'b' },
    ]);
  });

  it('is refused: content called binary', () => {
    const diff = 'diff --git a/a b/a\nnew file mode 100644\nBinary files /dev/null and b/a differ\n';
    const files = change.files.slice(0, 1);
    expect(findUnsafeEntries(inspected({ ...change, diff, files }))).toMatchObject([{ path: 'a' }]);
  });

  it('is fine where there is nothing to show', () => {
    expect(refused({ path: 'empty', before: null, after: '' })).toEqual([]);
    expect(refused({ path: 'new', oldPath: 'old', before: 'a\n', after: 'a\n' })).toEqual([]);
  });
});

describe('bytes that are no text', () => {
  const bytes = (path: string) => refused({ path, before: null, after: '\0\u0001\n' });

  it.each([
    'a.png', 'a.PNG', 'b/a.jpg', 'a.jpeg', 'a.gif', 'a.webp', 'a.tif', 'a.tiff', 'a.woff', 'a.woff2', 'a.ttf', 'a.pdf', 'a.mp3', 'a.mp4', 'a.webm',
  ])('may be a picture, a font or a sound: %s', (path) => expect(bytes(path)).toEqual([])); // prettier-ignore

  it.each(['a.png.js', 'apng', 'png/a', 'a.mp5', 'a.woff3', 'a.svg', 'a.js', 'a'])(
    'may be nothing else: %s',
    (path) =>
      expect(bytes(path)).toMatchObject([
        { code: 'GUARD_UNSAFE_ENTRY', path, line: 0, reason: expect.stringContaining('this is no text') },
      ]),
  );
});
