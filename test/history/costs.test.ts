import { expect, it } from '@jest/globals';
import { temporaryDirectories } from '../support/directory.ts';
import { calledEvent, openHistory, settledEvent } from '../support/statistics.ts';

const newDirectory = temporaryDirectories();

function spend() {
  const { statistics, at } = openHistory(newDirectory());
  at('2026-01-01T23:59:59Z', calledEvent({ model: 'openai/x', usd: 7 }));
  at('2026-01-09T10:00:00Z', calledEvent({ model: 'openai/x', usd: 1.5 }));
  at('2026-01-10T09:00:00Z', calledEvent({ model: 'openai/y', usd: 2, key: 'b', taskId: 'TASK-002' }));
  at('2026-01-10T10:00:00Z', calledEvent({ model: 'plain', key: 'b', taskId: 'TASK-002' }));
  return statistics;
}

const one = { input: 10, output: 5, requests: 1 };

it('costs are told by model, provider, day and ticket, the dearest first', () => {
  const statistics = spend();
  expect(statistics.costs(new Date('2026-01-05T00:00:00Z'))).toEqual({
    since: '2026-01-05T00:00:00.000Z',
    total: { usd: 3.5, input: 30, output: 15, requests: 3 },
    today: { usd: 2, input: 20, output: 10, requests: 2 },
    models: [
      { model: 'openai/y', usd: 2, ...one },
      { model: 'openai/x', usd: 1.5, ...one },
      { model: 'plain', usd: 0, ...one },
    ],
    providers: [
      { provider: 'openai', usd: 3.5, input: 20, output: 10, requests: 2 },
      { provider: 'ollama', usd: 0, ...one },
    ],
    days: [
      { date: '2026-01-09', usd: 1.5, ...one },
      { date: '2026-01-10', usd: 2, input: 20, output: 10, requests: 2 },
    ],
    tickets: [
      { key: 'b', id: 'task-2', usd: 2, input: 20, output: 10, requests: 2 },
      { key: 'a'.repeat(64), id: 'task-1', usd: 1.5, ...one },
    ],
    projection: { dayUsd: 0.5, monthUsd: 15 },
  });
  statistics.close();
});

it('costs since the beginning hold everything', () => {
  const statistics = spend();
  expect(statistics.costs(null)).toMatchObject({ since: null, total: { usd: 10.5, requests: 4 } });
  statistics.close();
});

it('costs of nothing are zero', () => {
  const { statistics } = openHistory(newDirectory());
  const nothing = { usd: 0, input: 0, output: 0, requests: 0 };
  expect(statistics.costs(null)).toEqual({
    since: null,
    total: nothing,
    today: nothing,
    models: [],
    providers: [],
    days: [],
    tickets: [],
    projection: { dayUsd: 0, monthUsd: 0 },
  });
  statistics.close();
});

it('how each model did at each kind of work is told with what that work cost', () => {
  const { statistics, at } = openHistory(newDirectory());
  const time = '2026-01-09T10:00:00Z';
  const run = (key: string, model: string, category: 'testing' | 'coding', code: string | null) => {
    const of = { key, runId: `run-${key}`, taskId: key };
    const route = { complexity: 'low', by: 'pattern', strategy: 'ordered', why: '' } as const;
    at(time, { type: 'ticket:routed', ...of, ...route, labels: [], category, recipe: null, models: [model] });
    at(time, calledEvent({ ...of, model, usd: 0.5 }));
    at(time, calledEvent({ ...of, model, usd: 0.25 }));
    const failed = { to: 'failed', code, errorType: 'model' } as const;
    at(time, settledEvent({ ...of, model, ...(code === null ? {} : failed) }));
  };
  run('a', 'openai/x', 'testing', null);
  run('b', 'openai/x', 'testing', 'CHECKS_BROKEN');
  run('c', 'openai/x', 'coding', null);
  at(time, calledEvent({ key: 'c', model: 'openai/x', outcome: 'cached', usd: 9 }));
  at(time, settledEvent({ key: 'd', runId: 'run-d', model: 'ollama/own' }));
  expect(statistics.records(null)).toEqual([
    { category: 'coding', model: 'openai/x', attempts: 1, successes: 1, usd: 0.75 },
    { category: 'general', model: 'ollama/own', attempts: 1, successes: 1, usd: 0 },
    { category: 'testing', model: 'openai/x', attempts: 2, successes: 1, usd: 1.5 },
  ]);
  const { tokens } = statistics.summary().models['openai/x'] ?? {};
  const categories = statistics.categories();
  expect(categories).toMatchObject([
    { model: 'ollama/own', category: 'general', attempts: 1, successes: 1, tokens: 0, p50Ms: null },
    { model: 'openai/x', category: 'coding', attempts: 1, successes: 1, costUsd: 0.75 },
    { model: 'openai/x', category: 'testing', attempts: 2, successes: 1, costUsd: 1.5 },
  ]);
  expect(categories.reduce((sum, each) => sum + each.tokens, 0)).toBe(tokens);
  expect(categories[1]).toMatchObject({
    p50Ms: expect.any(Number) as unknown,
    p95Ms: expect.any(Number) as unknown,
  });
  expect(statistics.records(new Date('2026-01-10T00:00:00Z'))).toEqual([]);
  statistics.close();
});
