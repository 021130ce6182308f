import { describe, expect, it } from '@jest/globals';
import { idAfter } from '../../src/domain/id-after.ts';

describe('idAfter', () => {
  it.each([
    ['task-', 'task-12', '12'],
    ['feat(task-', 'TASK-2.1', '2.1'],
    ['[Task ', 'task-12', '12'],
    ['Task #', 'task-12', '12'],
    ['ticket/', 'ticket-5', 'ticket-5'],
    ['subtask-', 'task-12', 'task-12'],
    ['task-', 'login', 'login'],
    ['task-', 'BUG-7', 'BUG-7'],
    ['', 'task-12', 'task-12'],
  ])('behind %j %s is %s', (before, id, expected) => {
    expect(idAfter(before, id)).toBe(expected);
  });
});
