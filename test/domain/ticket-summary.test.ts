import { describe, expect, it } from '@jest/globals';
import { summarise } from '../../src/domain/ticket-summary.ts';
import { makeTicket } from '../support/make-ticket.ts';

describe('the summary of a ticket', () => {
  it('is what queues and lists go by', () => {
    const ticket = makeTicket({
      id: 'TASK-7',
      title: ' Mend it ',
      createdDate: '2026-01-01',
      labels: ['bug'],
      dependencies: ['TASK-6'],
      modifiedFiles: ['src/A.ts'],
      priority: 'high',
      brief: 'In lib/b.ts.',
      wishes: { suggestedModels: [], model: 'qwen3', repo: 'web' },
    });
    expect(summarise(ticket, { file: 'task-7.md', sha256: 'ab' })).toStrictEqual({
      id: 'TASK-7',
      title: 'Mend it',
      createdDate: '2026-01-01',
      labels: ['bug'],
      dependencies: ['TASK-6'],
      modifiedFiles: ['src/A.ts'],
      priority: 'high',
      model: 'qwen3',
      repo: 'web',
      files: ['src/a.ts', 'lib/b.ts'],
      sha256: 'ab',
    });
  });

  it('has a title in any case, and nothing that the ticket does not say', () => {
    expect(summarise(makeTicket(), { file: 'task-7 - Mend-it.md', sha256: 'ab' })).toStrictEqual({
      id: '',
      title: 'Mend it',
      createdDate: '',
      labels: [],
      dependencies: [],
      modifiedFiles: [],
      repo: 'default',
      files: [],
      sha256: 'ab',
    });
  });

  it('is small however long the text is', () => {
    const ticket = makeTicket({
      brief: Array.from({ length: 9000 }, (_, index) => `a${index}.ts`).join(' '),
    });
    expect(summarise(ticket, { file: 'a.md', sha256: 'ab' }).files).toHaveLength(200);
  });
});
