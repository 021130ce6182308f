import { describe, expect, it } from '@jest/globals';
import { readDrafts } from '../../src/cli/read-drafts.ts';

describe('readDrafts', () => {
  it('reads every field', () => {
    const all = {
      title: 't',
      description: 'd',
      priority: 'low',
      model: 'm',
      acceptanceCriteria: ['a'],
      labels: ['l'],
      dependencies: ['task-1'],
    };
    expect(readDrafts(JSON.stringify([all, { title: 'x', description: null }]), 'f')).toEqual([
      all,
      { title: 'x' },
    ]);
  });

  it('tells every fault at once', () => {
    const json = JSON.stringify([{ title: '', labels: 'x' }, 7, { title: 'ok', colour: 'red' }]);
    expect(() => readDrafts(json, 'f')).toThrow(
      /f\[0\]\.title is "", .*\n.*f\[0\]\.labels is "x", expected a list of texts\n.*f\[1\]\.title is undefined.*\n.*f\[2\]\.colour is no known key/,
    );
  });

  it.each([
    ['{', 'f is no JSON'],
    ['{}', 'f holds no list'],
  ])('refuses %s', (json, reason) => {
    expect(() => readDrafts(json, 'f')).toThrow(reason);
  });
});
