import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkPath } from '../../src/files/safe-path.ts';

describe('checkPath', () => {
  it.each([
    ['src/a.ts', 'src/a.ts'],
    ['./src//a.ts', 'src/a.ts'],
    ['src\\a.ts', 'src/a.ts'],
    ['.gitignore', '.gitignore'],
    ['.github/workflows/ci.yml', '.github/workflows/ci.yml'],
    ['git/x', 'git/x'],
    ['a.git/x', 'a.git/x'],
    ['dir with spaces/日本語.md', 'dir with spaces/日本語.md'],
    ['a:b', undefined],
    ['ab:c', 'ab:c'],
    ['src/..a', 'src/..a'],
    ['[id]/page.tsx', '[id]/page.tsx'],
  ])('%s is %s', (path, safe) => {
    const checked = checkPath(path);
    expect(checked.ok ? checked.path : undefined).toBe(safe);
  });

  it.each([
    ['', 'empty'],
    ['  ', 'empty'],
    ['.', 'folder'],
    ['src/', 'folder'],
    ['src/.', 'folder'],
    ['../x', 'out of its folder'],
    ['a/../../b', 'out of its folder'],
    ['a/../b', 'out of its folder'],
    ['..\\x', 'out of its folder'],
    ['.. /x', 'out of its folder'],
    ['a/.../b', 'out of its folder'],
    ['/etc/passwd', 'absolute'],
    ['//server/share', 'absolute'],
    ['\\\\srv\\x', 'absolute'],
    ['\\windows\\x', 'absolute'],
    ['~', 'home'],
    ['~/x', 'home'],
    ['~root/x', 'home'],
    ['./~', 'home'],
    ['.//C:x', 'drive'],
    ['./ a', 'blank'],
    ['C:\\x', 'drive'],
    ['c:x', 'drive'],
    ['file:///etc/passwd', 'URL'],
    ['a\0b', 'control'],
    ['a\nb', 'control'],
    ['a\u0085b', 'control'],
    ['a\u2028b', 'control'],
    ['a\ud800b', 'control'],
    ['a\u202eb', 'invisible'],
    ['\u200ba', 'invisible'],
    [' a', 'blank'],
    ['a ', 'blank'],
    ['x'.repeat(1001), '1000'],
    [`a/${'ü'.repeat(130)}`, '255'],
  ])('%j is refused: %s', (path, reason) => {
    const checked = checkPath(path);
    expect(checked.ok ? '' : checked.reason).toContain(reason);
  });

  it.each([
    '.git',
    '.git/config',
    '.GIT/hooks/x',
    '.Git\\config',
    'a/.git/b',
    'git~1/config',
    'GIT~2/x',
    '.git./config',
    '.git /config',
    '.git. . /config',
    '.git::$INDEX_ALLOCATION/config',
    '.git:x/y',
    '.g\u200cit/config',
    '.g\ufe0fit/config',
    '.g\u034fit/config',
    '．ｇｉｔ/config',
    './.git/config',
  ])('%j leads into .git and is refused', (path) => {
    expect(checkPath(path).ok).toBe(false);
  });

  it('accepts only relative paths without a way up and without .git, and is stable', () => {
    const part = fc.constantFrom(
      'a',
      '..',
      '.',
      '',
      '.git',
      '.GIT',
      'b c',
      '~',
      'C:',
      '\\',
      '\0',
      'x.ts',
      '/',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(part, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 6 }),
        (parts) => {
          const checked = checkPath(parts.join('/'));
          if (!checked.ok) return;
          expect(checked.path.split('/')).not.toContain('..');
          expect(checked.path.toLowerCase().split('/')).not.toContain('.git');
          expect(checked.path).toMatch(/^[^/\\]/);
          expect(checkPath(checked.path)).toEqual(checked);
        },
      ),
    );
  });
});
