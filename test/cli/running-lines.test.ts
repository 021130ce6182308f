import { describe, expect, it } from '@jest/globals';
import { followEvent, runningLine } from '../../src/cli/running-lines.ts';
import type { RunningTickets } from '../../src/cli/running-lines.ts';
import type { Event } from '../../src/domain/event.ts';
import { claimed, settled, ticketEvent } from '../support/events.ts';

const piece = ticketEvent({ type: 'model:text', model: 'ollama/m', text: 'x' });
const called = ticketEvent({
  type: 'model:called',
  model: 'ollama/m',
  outcome: 'ok',
  elapsedMs: 4000,
  usage: { input: 9, output: 30 },
  usd: 0,
});

/** The line after events at their times. */
function line(events: [Event, number][], now: number, columns = 200): string | undefined {
  let running: RunningTickets = new Map();
  for (const [event, at] of events) running = followEvent(running, event, at);
  const first = [...running.values()][0];
  return first && runningLine(first, now, columns);
}

describe('the line of a running ticket', () => {
  it('tells stage, time, model, step and speed', () => {
    const code: [Event, number][] = [
      [claimed, 0],
      [ticketEvent({ type: 'stage:started', stage: 'code' }), 1000],
      [ticketEvent({ type: 'agent:step', step: 3, action: 'edit', detail: 'src/a.ts' }), 2000],
    ];
    expect(line([[claimed, 0]], 500)).toBe('task-1  0.5 s');
    expect(line(code, 65_000)).toBe('task-1  code 1:05 min  step 3 edit src/a.ts');
    const writing = [
      ...code,
      ...Array.from({ length: 21 }, (_, index): [Event, number] => [piece, 3000 + index * 100]),
    ];
    expect(line(writing, 5000)).toBe('task-1  code 5 s  ollama/m  step 3 edit src/a.ts  10 tokens/s');
    expect(line([...writing, [called, 5000]], 5000)).toMatch(/ {2}7\.5 tokens\/s$/);
    const next = ticketEvent({ type: 'stage:started', stage: 'check' });
    expect(line([...writing, [called, 5000], [next, 6000]], 6000)).toBe('task-1  check 6 s  ollama/m');
  });

  it('is cut to the terminal', () => {
    expect(line([[claimed, 0]], 500, 10)).toBe('task-1  …');
  });

  it('goes away with the ticket', () => {
    const requeued = ticketEvent({
      type: 'ticket:requeued',
      code: 'INTERRUPTED',
      message: '',
      waitSeconds: 0,
    });
    for (const end of [settled, requeued, ticketEvent({ type: 'ticket:withdrawn', file: 'a.md' })])
      expect(
        line(
          [
            [claimed, 0],
            [end, 1],
          ],
          2,
        ),
      ).toBeUndefined();
    expect(line([[{ type: 'daemon:stopped' }, 0]], 2)).toBeUndefined();
  });
});
