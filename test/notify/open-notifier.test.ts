import { describe, expect, it } from '@jest/globals';
import type { Event } from '../../src/domain/event.ts';
import type { Topic } from '../../src/domain/notice.ts';
import type { Channel } from '../../src/notify/channel.ts';
import { openNotifier } from '../../src/notify/open-notifier.ts';
import type { Batch } from '../../src/notify/word-notices.ts';
import { linesOf, subjectOf } from '../../src/notify/word-notices.ts';
import { manualClock } from '../support/clock.ts';
import { claimed, settled } from '../support/events.ts';

type Sent = { name: string; subject: string; count: number; untold: number };

/** `answer` is asked at each try. */
function open(
  answer: (nth: number, signal: AbortSignal) => Promise<void> = () => Promise.resolve(),
  { perHour = 100, on = ['review', 'failed'] as Topic[] } = {},
) {
  const clock = manualClock();
  const sent: Sent[] = [];
  const batches: Batch[] = [];
  const warnings: string[] = [];
  const channel = (name: string, topics: Topic[]): Channel => ({
    name,
    on: topics,
    async send(batch, signal) {
      sent.push({ name, subject: subjectOf(batch), count: batch.notices.length, untold: batch.untold });
      batches.push(batch);
      await answer(sent.length - 1, signal);
    },
  });
  const notifier = openNotifier({
    channels: [channel('slack', on), channel('email', ['done'])],
    clock,
    collectFor: 10_000,
    perHour,
    redact: (text) => text.replaceAll('hunter2', '[redacted]'),
    warn: (message) => warnings.push(message),
  });
  return { clock, notifier, sent, batches, warnings };
}

const failed = { ...settled, to: 'failed', code: 'NO_CHANGES' } as Event;

describe('the notifier', () => {
  it('collects what happens within some seconds, for those who want it', async () => {
    const { clock, notifier, sent } = open();
    notifier.observe(claimed);
    notifier.observe(settled);
    notifier.observe(failed);
    await clock.advance(9_999);
    expect(sent).toEqual([]);
    await clock.advance(1);
    expect(sent).toEqual([
      { name: 'slack', subject: 'ticketmill: 1 to review, 1 failed', count: 2, untold: 0 },
    ]);
    notifier.observe(settled);
    await clock.advance(10_000);
    expect(sent[1]?.subject).toBe('ticketmill: task-1 to review');
    await notifier.close();
  });

  it('sends no secret', async () => {
    const { clock, notifier, batches } = open();
    notifier.observe({ ...settled, file: 'hunter2.md', message: 'It is hunter2.' } as Event);
    await clock.advance(10_000);
    expect(JSON.stringify(batches)).toContain('It is [redacted].');
    expect(JSON.stringify(batches)).not.toContain('hunter2');
  });

  it('sends so many an hour, and what is too much together', async () => {
    const { clock, notifier, sent } = open(undefined, { perHour: 2 });
    for (let i = 0; i < 6; i += 1) {
      notifier.observe(settled);
      await clock.advance(60_000);
    }
    expect(sent.map(({ count }) => count)).toEqual([1, 1]);
    await clock.advance(3_600_000);
    expect(sent.map(({ count }) => count)).toEqual([1, 1, 4]);
  });

  it('keeps a bounded number, and counts the rest', async () => {
    const { clock, notifier, sent, batches } = open();
    for (let i = 0; i < 1000; i += 1) notifier.observe(settled);
    await clock.advance(10_000);
    expect(sent).toMatchObject([{ count: 200, untold: 800 }]);
    const [batch] = batches;
    expect(batch && linesOf(batch)).toHaveLength(21);
    expect(batch && linesOf(batch).at(-1)).toBe('and 980 more');
  });

  it('tries again, complains once, and says later how many were lost', async () => {
    let isDown = true;
    const { clock, notifier, sent, warnings } = open(() =>
      isDown ? Promise.reject(new Error('Slack answered 500')) : Promise.resolve(),
    );
    notifier.observe(settled);
    await clock.advance(10_000 + 5000 + 30_000 + 120_000);
    expect(sent).toHaveLength(4);
    expect(warnings).toEqual([
      'Notifications by slack do not get through: Slack answered 500. Look at `notifications.slack`.',
    ]);
    isDown = false;
    notifier.observe(failed);
    await clock.advance(10_000);
    expect(sent[4]).toMatchObject({ count: 1, untold: 1, subject: 'ticketmill: 1 failed, 1 more' });
    isDown = true;
    notifier.observe(failed);
    await clock.advance(10_000);
    expect(warnings).toHaveLength(2);
    await notifier.close();
  });

  it('waits for nobody who is silent', async () => {
    const aborted: unknown[] = [];
    const { clock, notifier, warnings } = open(
      (_nth, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            aborted.push(signal.reason);
            reject(signal.reason as Error);
          });
        }),
    );
    notifier.observe(settled);
    await clock.advance(30_000);
    expect(warnings).toEqual([expect.stringContaining('it took longer than 20 s')]);
    expect(aborted).toHaveLength(1);
    const closed = notifier.close();
    await clock.advance(3000);
    await closed;
  });

  it('sends what is left when it is closed, at once, and takes nothing more', async () => {
    const { notifier, sent } = open();
    notifier.observe(settled);
    await notifier.close();
    notifier.observe(settled);
    await notifier.close();
    expect(sent).toHaveLength(1);
  });
});
