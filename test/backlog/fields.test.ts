import { describe, expect, it } from '@jest/globals';
import { readDeclaredCriteria, readFields, withoutUndefined } from '../../src/backlog/fields.ts';

describe('readFields', () => {
  it('reads nothing as an empty ticket without optional fields', () => {
    expect(readFields({})).toEqual({
      fields: {
        id: '',
        title: '',
        status: '',
        assignee: [],
        createdDate: '',
        labels: [],
        dependencies: [],
        references: [],
        documentation: [],
        modifiedFiles: [],
      },
      warnings: [],
    });
  });

  it('reads every key of Backlog.md', () => {
    const { fields } = readFields({
      id: 8,
      assignee: 'bob, eve',
      reporter: 'x',
      updated_date: '2024-01-02',
      due_date: '2026-01-01',
      milestone: 'm-0',
      modified_files: ['a'],
      parent_task_id: 1,
      subtasks: ['T-1.1'],
      priority: 'High',
      type: 'bug',
      project: 'p',
      ordinal: null,
      onStatusChange: 'echo',
    });
    expect(fields).toMatchObject({
      id: '8',
      assignee: ['bob, eve'],
      reporter: 'x',
      updatedDate: '2024-01-02',
      dueDate: '2026-01-01',
      milestone: 'm-0',
      modifiedFiles: ['a'],
      parentTaskId: '1',
      subtasks: ['T-1.1'],
      priority: 'high',
      type: 'bug',
      project: 'p',
      ordinal: 0,
      onStatusChange: 'echo',
    });
  });

  it('warns of what Backlog.md loses without a word, and of what has no effect', () => {
    const { fields, warnings } = readFields({
      labels: 'a, b',
      dependencies: 'T-1',
      due_date: 'tomorrow',
      priority: 'hihg',
    });
    expect(fields).toMatchObject({ labels: [], dependencies: [] });
    expect(fields).not.toHaveProperty('dueDate');
    expect(warnings).toEqual([
      'labels is "a, b", expected a list such as [a, b]; read as empty',
      'dependencies is "T-1", expected a list such as [a, b]; read as empty',
      'due_date is "tomorrow", expected a day such as 2026-08-10; ignored',
      'priority is "hihg", expected one of critical, high, medium, low; counts as none',
    ]);
  });

  it('looks at own keys alone', () => {
    expect(readFields(Object.create({ title: 'inherited' }) as Record<string, unknown>).fields.title).toBe(
      '',
    );
  });
});

describe('readDeclaredCriteria', () => {
  it('reads both spellings and boxes', () => {
    expect(readDeclaredCriteria({ acceptanceCriteria: ['one', ' ', '[x] two', '[ ] three'] })).toEqual([
      { index: 1, text: 'one', checked: false },
      { index: 2, text: 'two', checked: true },
      { index: 3, text: 'three', checked: false },
    ]);
    expect(readDeclaredCriteria({ acceptance_criteria: ['a'] })).toHaveLength(1);
    expect(readDeclaredCriteria({ acceptanceCriteria: 'a' })).toEqual([]);
  });
});

describe('withoutUndefined', () => {
  it('keeps null and false', () => {
    expect(withoutUndefined({ a: undefined, b: null, c: false })).toEqual({ b: null, c: false });
  });
});
