import { describe, expect, it } from '@jest/globals';
import { areDone, listParts, nameParts } from '../../src/domain/sub-ticket.ts';

const part = (title: string, after: number[] = []) => ({
  title,
  description: ' Do it. ',
  criteria: ['It\nworks'],
  after,
});
const parent = {
  id: 'TASK-7',
  ticket: {
    labels: ['api'],
    priority: 'high',
    wishes: { suggestedModels: [], model: 'ollama/coder', base: 'next', budget: { usd: 1 } },
  },
};

describe('nameParts', () => {
  it('counts on from the parts that the ticket has, and lets a part wait only for those before it', () => {
    const named = nameParts(
      parent,
      [part('One', [1]), part('Two\nlines', [1, 1, 2, 9, 0.5]), part('Three', [2])],
      ['task-7.2', 'TASK-7.1', 'TASK-7.3.9', 'TASK-70.8', 'TASK-7.x'],
    );
    expect(named.map(({ id, dependencies }) => [id, dependencies])).toEqual([
      ['TASK-7.3', []],
      ['TASK-7.4', ['TASK-7.3']],
      ['TASK-7.5', ['TASK-7.4']],
    ]);
    expect(named[1]).toMatchObject({ title: 'Two lines', description: 'Do it.', criteria: ['It works'] });
  });

  it('hands on what the ticket wishes, but not its limits', () => {
    expect(nameParts(parent, [part('One')], [])).toEqual([
      expect.objectContaining({
        parentTaskId: 'TASK-7',
        labels: ['api'],
        priority: 'high',
        wishes: { model: 'ollama/coder', base: 'next' },
      }),
    ]);
    const plain = { id: 'A', ticket: { labels: [], wishes: { suggestedModels: [] } } };
    expect(nameParts(plain, [part('One')], [])[0]).not.toHaveProperty('priority');
  });
});

describe('a ticket in parts', () => {
  const parts = nameParts(parent, [part('One'), part('Two', [1])], []);

  it.each([
    [{ 'task-7.1': 'done', 'task-7.2': 'done' }, true],
    [{ 'task-7.1': 'done' }, true],
    [{ 'task-7.1': 'done', 'task-7.2': 'failed' }, false],
    [{}, false],
  ])('with %j is done: %s', (states: Record<string, string>, done) => {
    expect(areDone(parts, (id) => states[id])).toBe(done);
  });

  it('is told one part a line', () => {
    expect(listParts(parts)).toBe('- TASK-7.1 One\n- TASK-7.2 Two (after TASK-7.1)');
  });
});
