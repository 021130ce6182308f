import { describe, expect, it } from '@jest/globals';
import type { SubTicket } from '../../src/domain/sub-ticket.ts';
import { listSettled } from '../../src/pipeline/list-settled.ts';
import type { ListedTicket } from '../../src/ports.ts';
import { runRecord } from '../support/run-record.ts';

const listed = (
  number: number,
  state: ListedTicket['state'],
  problem: string | null = null,
): ListedTicket => ({
  file: `task-${number}.md`,
  state,
  id: `task-${number}`,
  title: `Number ${number}`,
  labels: [],
  priority: null,
  model: null,
  modifiedFiles: [],
  createdDate: '',
  changedAt: number,
  problem,
});

const part = (id: string): SubTicket => ({
  id,
  parentTaskId: 'task-9',
  title: 'A part',
  description: '',
  criteria: [],
  dependencies: [],
  labels: [],
  wishes: {},
});

describe('listSettled', () => {
  it('tells of the newest in review and failed, and why they are there', () => {
    const index = [
      listed(1, 'done'),
      listed(2, 'review'),
      listed(3, 'review'),
      listed(4, 'review'),
      listed(5, 'failed'),
      listed(6, 'failed', 'no title'),
      listed(7, 'failed'),
      listed(8, 'failed'),
      listed(9, 'review'),
      listed(10, 'review'),
    ];
    const records = new Map([
      ['task-2', runRecord({ hold: { code: 'CHECKS_STILL_RED', reason: 'It is red.' } })],
      ['task-3', runRecord({ pullRequest: { number: 9, url: 'u' } })],
      ['task-4', runRecord({ branch: 'ticket/4', pullRequest: null })],
      [
        'task-5',
        runRecord({ lastError: { code: 'NO_CHANGES', message: 'Nothing.', stage: 'code', elapsedMs: 1 } }),
      ],
      ['task-7', runRecord({ lastError: null })],
      ['task-9', runRecord({ split: { parts: [part('task-9.1'), part('task-9.2')], state: 'agreed' } })],
      ['task-10', runRecord({})],
    ]);
    const told = listSettled(index, { byFile: (_file, id) => records.get(id ?? '') });
    expect(told.map(({ id, reason }) => [id, reason])).toEqual([
      ['task-10', ''],
      ['task-9', 'its parts are tickets now; it is done when they are: task-9.1, task-9.2'],
      ['task-4', 'ticket/4'],
      ['task-3', 'pull request #9'],
      ['task-2', 'held: It is red. (CHECKS_STILL_RED)'],
      ['task-8', ''],
      ['task-7', ''],
      ['task-6', 'no title'],
      ['task-5', 'NO_CHANGES Nothing.'],
    ]);
  });

  it('names so many and no more', () => {
    const many = Array.from({ length: 100 }, (_, i) => listed(i, 'failed'));
    expect(listSettled(many, { byFile: () => undefined })).toHaveLength(20);
  });
});
