import { describe, expect, it } from '@jest/globals';
import { readRows } from '../../src/cli/read-rows.ts';

const all = {
  title: 't',
  description: 'd',
  priority: 'low',
  model: 'm',
  acceptanceCriteria: ['a'],
  labels: ['l'],
  dependencies: ['task-1'],
};

describe('readRows', () => {
  it('reads every field, of a list and of a line each', () => {
    const rows = [
      { row: 1, draft: all },
      { row: 2, draft: { title: 'x' } },
    ];
    const list = [all, { title: 'x', description: null }];
    expect(readRows(JSON.stringify(list, null, 2), 'f')).toEqual(rows);
    const lines = list.map((each) => JSON.stringify(each));
    expect(readRows(`${lines.join('\n\n')}\n`, 'f')).toEqual(rows);
    expect(readRows(JSON.stringify(all, null, 2), 'f')).toEqual(rows.slice(0, 1));
    expect(readRows('[]', 'f')).toEqual([]);
  });

  it('tells every fault of every row', () => {
    const json = JSON.stringify([{ title: '', labels: 'x' }, 7, { title: 'ok', colour: 'red' }]);
    expect(readRows(json, 'f')).toEqual([
      { row: 1, faults: [expect.stringContaining('title is ""'), 'labels is "x", expected a list of texts'] },
      { row: 2, faults: ['it is 7, expected an object with a title'] },
      { row: 3, faults: [expect.stringContaining('colour is no known key')] },
    ]);
  });

  it('goes on behind a line that is no JSON', () => {
    expect(readRows('{"title": "a"}\n{"title": \n{"title": "b"}', 'f')).toEqual([
      { row: 1, draft: { title: 'a' } },
      { row: 2, faults: [expect.stringContaining('it is no JSON')] },
      { row: 3, draft: { title: 'b' } },
    ]);
  });

  it.each(['{', '', '[{"title": "a"}\n{"title": "b"}]'])('refuses %j', (json) => {
    expect(() => readRows(json, 'f')).toThrow('f is no JSON');
  });
});
