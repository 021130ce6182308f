import { describe, expect, it } from '@jest/globals';
import { readYaml } from '../../src/backlog/markdown.ts';

describe('readYaml', () => {
  it('reads with the rules of YAML 1.1 as js-yaml 3 knows them', () => {
    const reading = readYaml('a: 010\nb: 1:30\nc: yes\nd: 2024-01-02\ne: ~');
    expect(reading).toEqual({
      ok: true,
      data: { a: 8, b: 90, c: 'yes', d: new Date('2024-01-02T00:00:00Z'), e: null },
    });
  });

  it.each(['', '# only a comment', '- a\n- b', 'just text', '~', '2024-01-01'])(
    'declares nothing when %j is no map',
    (block) => {
      expect(readYaml(block)).toEqual({ ok: true, data: {} });
    },
  );

  it('gives the same failure every time it is asked', () => {
    const first = readYaml('title: a: b');
    expect(first).toMatchObject({ ok: false, code: 'yaml', recoverable: true });
    expect(readYaml('title: a: b')).toEqual(first);
  });

  it('names the line of the file', () => {
    expect(readYaml('id: T-1\ntitle: a: b')).toMatchObject({ reason: expect.stringContaining('in line 3') });
  });

  it.each([
    ['flow lists', '['.repeat(2500)],
    ['flow maps', '{a: '.repeat(2500)],
    ['block lists', '- '.repeat(2500)],
    ['indented maps', Array.from({ length: 100 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['blanks', `a: b\n${'\n'.repeat(400)}c: d`],
  ])('refuses too deep %s, each time', (_, block) => {
    for (let round = 0; round < 10; round += 1) {
      expect(readYaml(block)).toMatchObject({ ok: false, code: 'too-deep', recoverable: false });
    }
  });

  it('takes twenty levels and a few aliases', () => {
    expect(readYaml(`a: ${'['.repeat(18)}x${']'.repeat(18)}`)).toMatchObject({ ok: true });
    expect(readYaml('a: &a [x]\nb: *a\nc: *a')).toMatchObject({ ok: true, data: { b: ['x'], c: ['x'] } });
  });

  it('refuses an alias bomb before it grows', () => {
    const names = 'a b c d e f g h i'.split(' ');
    const levels = names.map((name, level) => {
      const item = level === 0 ? 'x' : `*${names[level - 1] ?? ''}`;
      return `${name}: &${name} [${Array(9).fill(item).join(', ')}]`;
    });
    expect(readYaml(levels.join('\n'))).toMatchObject({ ok: false, code: 'too-deep' });
  });

  it.each([
    ['merge keys', 'a: &a {x: 1}\nb:\n  <<: *a'],
    ['functions', 'a: !!js/function "function () {}"'],
    ['binary data', 'a: !!binary aGVsbG8='],
    ['sets', 'a: !!set {x, y}'],
    ['own tags', 'a: !thing x'],
    ['keys that appear twice', 'a: 1\na: 2'],
  ])('refuses %s for good', (_, block) => {
    expect(readYaml(block)).toMatchObject({ ok: false, code: 'yaml', recoverable: false });
  });

  it('keeps the prototype of objects clean', () => {
    const reading = readYaml('__proto__:\n  polluted: yes\nconstructor: {prototype: {polluted: yes}}');
    expect(reading.ok && Object.getPrototypeOf(reading.data)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
