import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { idFromFileName, isCalled, normaliseId } from '../../src/domain/ticket.ts';

describe('normaliseId', () => {
  it.each([
    ['TASK-007', 'task-7'],
    [' task-7 ', 'task-7'],
    ['task-1.02.003', 'task-1.2.3'],
    ['0', '0'],
    ['000', '0'],
    ['a0b00c', 'a0b0c'],
    ['task-10', 'task-10'],
    ['e\u0301-1', '\u00e9-1'],
    ['', ''],
  ])('of %j is %j', (id, expected) => {
    expect(normaliseId(id)).toBe(expected);
  });

  it('of a normalised id is that id', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('aB0019.-_ é')) }), (id) => {
        expect(normaliseId(normaliseId(id))).toBe(normaliseId(id));
      }),
    );
  });
});

describe('idFromFileName', () => {
  it.each([
    ['task-12 - Fix-login.md', 'task-12'],
    ['TASK-1.2 - x.MD', 'TASK-1.2'],
    ['task-epic-11.25 - x.md', 'task-epic-11.25'],
    ['a-b_c-2 - x.md', 'a-b_c-2'],
    ['fix the login.md', 'fix the login'],
    ['task-12.md', 'task-12'],
    ['12 - x.md', '12 - x'],
    ['.md', ''],
  ])('of %j is %j', (file, expected) => {
    expect(idFromFileName(file)).toBe(expected);
  });
});

describe('a ticket', () => {
  it('is called by its id, or by a label that keeps the id it came with', () => {
    const ticket = { id: 'TASK-007', labels: ['x', 'ISSUE-3'] };
    expect(['task-7', 'issue-3', 'TASK-7', 'x'].map((id) => isCalled(ticket, id))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['task-70', 'issue-30', ''].map((id) => isCalled(ticket, id))).toEqual([false, false, false]);
  });
});
