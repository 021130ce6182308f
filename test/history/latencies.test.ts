import { expect, it } from '@jest/globals';
import { temporaryDirectories } from '../support/directory.ts';
import { calledEvent, openHistory } from '../support/statistics.ts';

const newDirectory = temporaryDirectories();

it('latencies fall into bands, the upper end of which belongs to them', () => {
  const { statistics, at } = openHistory(newDirectory());
  const time = '2026-01-10T10:00:00Z';
  for (const elapsedMs of [0, 500, 501, 1000, 600_001]) at(time, calledEvent({ elapsedMs }));
  at(time, calledEvent({ model: '__proto__' }));
  const latencies = statistics.latencies();
  const filled = (model: string) => latencies[model]?.filter(({ count }) => count > 0);
  expect(Object.keys(latencies).sort()).toEqual(['__proto__', 'ollama/a']);
  expect(latencies['ollama/a']).toHaveLength(12);
  expect(filled('ollama/a')).toEqual([
    { upToMs: 500, count: 2 },
    { upToMs: 1000, count: 2 },
    { upToMs: null, count: 1 },
  ]);
  expect(filled('__proto__')).toEqual([{ upToMs: 1000, count: 1 }]);
  statistics.close();
});
