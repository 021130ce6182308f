import { describe, expect, it } from '@jest/globals';
import { protectPaths } from '../../src/guard/protected-paths.ts';
import { captured } from '../support/captured.ts';
import { inspected } from '../support/inspected.ts';

const rule = protectPaths([
  '.github/**',
  '.git*',
  '.husky/**',
  '.envrc',
  '/Makefile',
  'package-lock.json',
  'Cargo.lock',
  '!.gitkeep',
]);
const refused = (...paths: string[]) =>
  rule(inspected(captured(...paths.map((path) => ({ path, before: 'a\n', after: 'b\n' }))))).map(
    (refusal) => refusal.path,
  );

describe('a protected path', () => {
  it.each([
    '.github/workflows/ci.yml',
    '.GitHub/Workflows/ci.yml',
    '.gitattributes',
    'sub/.gitmodules',
    'sub/.envrc',
    '.husky/pre-commit',
    'Makefile',
  ])('is refused: %s', (path) => {
    expect(refused(path)).toEqual([path]);
  });

  it.each(['src/github/a.ts', 'sub/Makefile', 'docs/.gitkeep', 'git/x', 'a.envrc.md'])(
    'is not %s',
    (path) => {
      expect(refused(path)).toEqual([]);
    },
  );

  it('is refused as the place a file is moved to or from, made or deleted', () => {
    const moves = [
      { path: '.github/x.yml', oldPath: 'x.yml', before: 'a\n', after: 'a\n' },
      { path: 'y.yml', oldPath: '.github/y.yml', before: 'a\n', after: 'a\n' },
      { path: '.envrc', before: null, after: 'a\n' },
      { path: 'Makefile', before: 'a\n', after: null },
    ];
    expect(rule(inspected(captured(...moves))).map((refusal) => refusal.path)).toEqual([
      '.github/x.yml',
      '.github/y.yml',
      '.envrc',
      'Makefile',
    ]);
  });

  it('never makes the rule itself fail, whatever the path', () => {
    expect(refused('../x', '/.github/x', '/', './.git', 'a//b')).toContain('/.github/x');
  });
});

describe('a lock file', () => {
  it.each([
    [['package-lock.json'], ['package-lock.json']],
    [['package-lock.json', 'package.json'], []],
    [['package-lock.json', 'packages/a/package.json'], []],
    [['package-lock.json', 'Cargo.toml'], ['package-lock.json']],
    [['crates/Cargo.lock', 'crates/Cargo.toml'], []],
    [['composer.lock'], []],
  ])('%j is refused as %j', (paths, expected) => {
    expect(refused(...paths)).toEqual(expected);
  });
});
