import { expect, it } from '@jest/globals';
import { claimed, settled } from '../support/events.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { openHistory } from '../support/statistics.ts';

const newDirectory = temporaryDirectories();
const time = '2026-01-10T10:00:00Z';

it('stored events are numbered without a gap and read on from any of them', () => {
  const { statistics, at } = openHistory(newDirectory());
  expect([statistics.lastSeq(), statistics.eventsAfter(0, 10)]).toEqual([0, []]);
  at(time, claimed);
  at(time, { type: 'model:text', taskId: '1', runId: 'r', key: 'k', model: 'm', text: 'live only' });
  at(time, settled);
  expect(statistics.lastSeq()).toBe(2);
  expect(statistics.eventsAfter(0, 1)).toEqual([
    { seq: 1, time: '2026-01-10T10:00:00.000Z', event: claimed },
  ]);
  expect(statistics.eventsAfter(1, 10).map(({ event }) => event)).toEqual([settled]);
  expect(statistics.eventsAfter(2, 10)).toEqual([]);
  statistics.close();
});

it('no secret is in a stored event', () => {
  const { statistics, at } = openHistory(newDirectory());
  at(time, { type: 'daemon:warning', message: 'the password is hunter2' });
  expect(JSON.stringify(statistics.eventsAfter(0, 1))).not.toContain('hunter2');
  statistics.close();
});
