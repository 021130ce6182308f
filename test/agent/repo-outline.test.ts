import { describe, expect, it } from '@jest/globals';
import { definedNames, outlineRepository } from '../../src/agent/repo-outline.ts';

const files = [
  { path: 'a.ts', text: 'export function alpha() {}\nclass Beta {}\n' },
  { path: 'b.py', text: 'def gamma():\n    pass\n' },
  { path: 'image.png', text: undefined },
];

describe('outlineRepository', () => {
  it('names every file and what it defines', () => {
    expect(outlineRepository(files, [], 1000)).toBe('a.ts: alpha, Beta\nb.py: gamma\nimage.png');
  });

  it('has names for the likely files first when room is short', () => {
    expect(outlineRepository(files, ['b.py'], 30)).toBe('a.ts\nb.py: gamma\nimage.png');
  });

  it('counts the files of folders when even the paths have no room', () => {
    const many = Array.from({ length: 500 }, (_, index) => ({
      path: `src/deep/er/still/f${index}.ts`,
      text: '',
    }));
    const outline = outlineRepository([...many, ...files], ['a.ts'], 100);
    expect(outline).toBe('a.ts\nsrc/deep/er/ (500 files)\n./ (3 files)');
    expect(outlineRepository(many, [], 10)).toBe('');
  });
});

describe('definedNames', () => {
  it.each([
    ['export async function load() {', ['load']],
    ['  public static class Inner {', ['Inner']],
    ['func (s *Server) Serve() {', ['Serve']],
    ['pub fn main_loop() {', ['main_loop']],
    ['export const limit = 3;', ['limit']],
    ['        const deep = 1;', []],
    ['call(function named() {})', []],
  ])('%s', (line, names) => {
    expect(definedNames(line)).toEqual(names);
  });

  it('stops at a dozen', () => {
    const text = Array.from({ length: 30 }, (_, index) => `const name${index} = 1;`).join('\n');
    expect(definedNames(text)).toHaveLength(12);
  });
});
