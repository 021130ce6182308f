import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { branchName, isSafeRef, slug } from '../../src/domain/branch.ts';

const key = '1a2b3c4d'.padEnd(64, '0');
const keys = fc.string({
  unit: fc.constantFrom(...Array.from('0123456789abcdef')),
  minLength: 64,
  maxLength: 64,
});
const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('..', '-x', 'a.lock', '@{', ''),
);
const refLike = fc.string({ unit: fc.constantFrom(...Array.from('aZ0./-_@{}lock~^: \\*?[')), maxLength: 12 });

describe('slug', () => {
  it.each([
    ['TASK-12', 'task-12'],
    ['task-1.2', 'task-1-2'],
    ['Größe & mehr', 'gr-e-mehr'],
    ['--', 'ticket'],
    ['', 'ticket'],
    [`${'a'.repeat(39)}--b`, 'a'.repeat(39)],
  ])('of %j is %j', (id, expected) => {
    expect(slug(id)).toBe(expected);
  });
});

describe('branchName', () => {
  it.each([
    ['ticket/{id}', 'ticket/task-12-1a2b3c4d'],
    ['bot/{id}/{id}', 'bot/task-12/task-12-1a2b3c4d'],
    ['task-{id}', 'task-12-1a2b3c4d'],
    ['bot', 'bot-task-12-1a2b3c4d'],
    ['-{id}', 'ticket/task-12-1a2b3c4d'],
    ['a b/{id}', 'ticket/task-12-1a2b3c4d'],
    ['x'.repeat(300), 'ticket/task-12-1a2b3c4d'],
  ])('in format %j is %s', (format, expected) => {
    expect(branchName(format, 'TASK-12', key)).toBe(expected);
  });

  it('is safe and ends in the key, whatever the format and the id', () => {
    fc.assert(
      fc.property(anyText, anyText, keys, (format, id, drawn) => {
        const name = branchName(format, id, drawn);
        expect(isSafeRef(name)).toBe(true);
        expect(name.endsWith(`-${drawn.slice(0, 8)}`)).toBe(true);
      }),
    );
  });

  it('is one that git takes', () => {
    const names = fc.sample(fc.tuple(anyText, anyText, keys), { numRuns: 40, seed: 7 });
    for (const [format, id, drawn] of names) expectGitToTake(branchName(format, id, drawn));
  });
});

describe('isSafeRef', () => {
  it.each(['main', 'release/1.2', 'a_b-c', 'A', 'x'.repeat(200)])('lets %s pass', (name) => {
    expect(isSafeRef(name)).toBe(true);
  });

  it.each([
    ...[
      '',
      '-x',
      '.x',
      '/x',
      'x/',
      'x.',
      'a..b',
      'a//b',
      'a/.b',
      'a.lock',
      'a.lock/b',
      'HEAD',
      'a@{b',
      'a b',
    ],
    ...[
      'a~1',
      'a^',
      'a:b',
      'a?',
      'a*',
      'a[',
      'a\\b',
      'a\u202eb',
      '$(id)',
      'a;b',
      'é',
      'a\n',
      'x'.repeat(201),
    ],
  ])('refuses %j', (name) => {
    expect(isSafeRef(name)).toBe(false);
  });

  it('lets nothing pass that git refuses', () => {
    const drawn = fc.sample(refLike, { numRuns: 4000, seed: 11 }).filter(isSafeRef);
    const names = [...new Set(drawn)].slice(0, 60);
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) expectGitToTake(name);
  });
});

function expectGitToTake(name: string): void {
  const { status } = spawnSync('git', ['check-ref-format', '--branch', name]);
  expect({ name, status }).toEqual({ name, status: 0 });
}
