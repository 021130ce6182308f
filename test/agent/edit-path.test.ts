import { describe, expect, it } from '@jest/globals';
import { indexFiles, nameInComment, resolveExisting, resolveWritten } from '../../src/agent/edit-path.ts';

const known = indexFiles([
  'src/a.ts',
  'lib/a.ts',
  'src/one-only.ts',
  'README.md',
  'docs/guide.md',
  'w\\in.txt',
]);

describe('resolveExisting', () => {
  it.each([
    ['src/a.ts', 'src/a.ts'],
    ['./src/a.ts', 'src/a.ts'],
    ['src\\a.ts', 'src/a.ts'],
    ['w\\in.txt', 'w\\in.txt'],
    ['one-only.ts', 'src/one-only.ts'],
    ['project/docs/guide.md', 'docs/guide.md'],
    ['src/one_only.ts', 'src/one-only.ts'],
    ['readme.md', 'README.md'],
    ['a.ts', 'a.ts'],
    ['src/b.ts', 'src/b.ts'],
    ['///', '///'],
    ['../src/x.ts', '../src/x.ts'],
  ])('%s means %s', (name, path) => {
    expect(resolveExisting(name, known)).toBe(path);
  });
});

describe('resolveWritten', () => {
  it.each([
    ['src/a.ts', { path: 'src/a.ts' }],
    ['path/to/src/a.ts', { path: 'src/a.ts' }],
    ['path/to/new.ts', { path: 'path/to/new.ts' }],
    ['one-only.ts', { path: 'one-only.ts', perhaps: 'src/one-only.ts' }],
    ['a.ts', { path: 'a.ts' }],
    ['docs/README.md', { path: 'docs/README.md' }],
  ])('%s means %j', (name, resolved) => {
    expect(resolveWritten(name, known)).toEqual(resolved);
  });
});

describe('nameInComment', () => {
  it.each([
    ['// src/a.ts', 'src/a.ts'],
    ['<!-- src/a.ts -->  ', 'src/a.ts'],
    [`// ${'\t'.repeat(4_000_000)}x`, undefined],
  ])('finds the name in a comment (row %#)', (line, name) => {
    expect(nameInComment(line)).toBe(name);
  });
});
