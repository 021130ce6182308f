import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { compareGaps } from './compare-gaps.ts';
import { listGaps } from './list-gaps.ts';
import { namedGaps } from './named-gaps.ts';

const source = "function f(a) {\n  return a ?? 'none';\n}\nfunction g() {}\n";
const part = (text: string, count: number) => ({
  startOffset: source.indexOf(text),
  endOffset: source.indexOf(text) + text.length,
  count,
});
const counted = (name: string, ...ranges: ReturnType<typeof part>[]) => ({
  functionName: name,
  isBlockCoverage: true,
  ranges,
});
const whole = counted('', part(source, 1));
const f = "function f(a) {\n  return a ?? 'none';\n}";

describe('the gaps of a file', () => {
  it('are branches and functions that were never run, by the function around them', () => {
    expect(
      listGaps('a.ts', source, [
        whole,
        counted('f', part(f, 2), part(" ?? 'none'", 0)),
        counted('g', part('function g() {}', 0)),
      ]),
    ).toEqual([
      { file: 'a.ts', within: 'f', text: "?? 'none'" },
      { file: 'a.ts', within: 'g', text: 'function g() {}' },
    ]);
    expect(listGaps('a.ts', source, [whole, counted('f', part(f, 0))])).toEqual([
      { file: 'a.ts', within: 'f', text: "function f(a) { return a ?? 'none'; }" },
    ]);
    expect(listGaps('a.ts', source, [whole])).toEqual([]);
  });
});

describe('gaps and names', () => {
  const gap = (text: string) => ({ file: 'src/a/x.ts', within: 'f', text });
  const named = (...texts: string[]) => [
    { why: 'so', gaps: { 'src/a/x.ts': { f: texts }, 'src/b/y.ts': { g: ['z'] } } },
  ];

  it('are held against each other one by one', () => {
    expect(compareGaps([gap('?? 0'), gap('?? 0')], named('?? 0'), 'src/a/')).toEqual({
      unnamed: ['src/a/x.ts, f: ?? 0'],
      stale: [],
    });
    expect(compareGaps([gap('?? 0')], named('?? 0', 'throw error'), 'src/a/')).toEqual({
      unnamed: [],
      stale: ['src/a/x.ts, f: throw error'],
    });
    expect(compareGaps([], named(), 'src/b/').stale).toEqual(['src/b/y.ts, g: z']);
  });

  it('may be covered where a machine decides', () => {
    const atTimes = named('?? 0').map((each) => ({ ...each, atTimes: true as const }));
    for (const gaps of [[], [gap('?? 0')]])
      expect(compareGaps(gaps, atTimes, 'src/a/')).toEqual({ unnamed: [], stale: [] });
  });

  it('are of files that are there, each with a reason', () => {
    for (const { why, gaps } of namedGaps) {
      expect(why).toMatch(/\.$/);
      for (const file of Object.keys(gaps)) expect(() => readFileSync(file)).not.toThrow();
    }
  });
});
