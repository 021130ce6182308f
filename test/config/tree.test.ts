import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  getPath,
  hasPath,
  leavesOf,
  mergeTrees,
  pathText,
  withoutPath,
  withPath,
} from '../../src/config/tree.ts';
import type { Tree } from '../../src/config/tree.ts';

const tree: Tree = { a: { b: 1, c: { d: null } }, list: [{ x: 1 }, 2] };

describe('trees', () => {
  it('are looked into by path', () => {
    expect(getPath(tree, ['a', 'b'])).toBe(1);
    expect(getPath(tree, ['list', 0, 'x'])).toBe(1);
    expect(getPath(tree, ['a', 'b', 'c'])).toBeUndefined();
    expect(hasPath(tree, ['a', 'c', 'd'])).toBe(true);
    expect(hasPath(tree, ['list', 5])).toBe(false);
    expect(hasPath(tree, ['constructor'])).toBe(false);
  });

  it('are changed in copies', () => {
    expect(withPath(tree, ['a', 'b'], 2)).toEqual({ a: { b: 2, c: { d: null } }, list: [{ x: 1 }, 2] });
    expect(withPath(tree, ['list', 'now', 'keys'], 2)).toEqual({ a: tree['a'], list: { now: { keys: 2 } } });
    expect(withPath(tree, [], 2)).toBe(tree);
    expect(withoutPath(tree, ['a', 'c', 'd'])).toEqual({ a: { b: 1, c: {} }, list: [{ x: 1 }, 2] });
    expect(withoutPath(tree, ['a', 'no'])).toBe(tree);
    expect(withoutPath(tree, [])).toBe(tree);
    expect(getPath(tree, ['a', 'b'])).toBe(1);
  });

  it('lose a whole list with one of its entries', () => {
    expect(withoutPath(tree, ['list', 1])).toEqual({ a: tree['a'] });
    expect(withoutPath(tree, ['list', 0, 'x'])).toEqual({ a: tree['a'] });
  });

  it('are merged key by key, lists and values as a whole', () => {
    const merged = mergeTrees([{ a: { b: 1, c: 2 }, l: [1, 2] }, { a: { c: 3 }, l: [9] }, { a: { d: {} } }]);
    expect(merged).toEqual({ a: { b: 1, c: 3, d: {} }, l: [9] });
    expect(mergeTrees([{ a: { b: 1 } }, { a: 5 }])).toEqual({ a: 5 });
    expect(mergeTrees([{ a: 5 }, { a: { b: 1 } }])).toEqual({ a: { b: 1 } });
  });

  it('stay as they are when merged with nothing or themselves, and never change a prototype', () => {
    const anyTree = fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<Tree>;
    fc.assert(
      fc.property(anyTree, (any) => {
        const parsed = JSON.parse(JSON.stringify(any)) as Tree;
        const text = JSON.stringify(mergeTrees([parsed]));
        expect(text).toBe(JSON.stringify(parsed));
        expect(JSON.stringify(mergeTrees([parsed, parsed]))).toBe(text);
      }),
    );
    mergeTrees([JSON.parse('{"__proto__": {"polluted": true}}') as Tree]);
    expect({}).not.toHaveProperty('polluted');
  });

  it('list their leaves', () => {
    expect(leavesOf({ a: { b: [1], c: {} }, d: null })).toEqual([
      { path: ['a', 'b'], value: [1] },
      { path: ['a', 'c'], value: {} },
      { path: ['d'], value: null },
    ]);
  });
});

describe('pathText', () => {
  it.each([
    [['ollama', 'hosts', 1], 'ollama.hosts[1]'],
    [['models', 'ollama/qwen3:8b', 'tools'], 'models["ollama/qwen3:8b"].tools'],
    [['a-b'], 'a-b'],
    [[''], '[""]'],
  ])('%j is %s', (path, text) => {
    expect(pathText(path)).toBe(text);
  });
});
