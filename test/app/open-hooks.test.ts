import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { hookNames } from '../../src/domain/hook.ts';
import { openHouses } from '../support/open-house.ts';

const houses = openHouses();
const never = new AbortController().signal;

/** Every moment writes its name and its ticket into one file. */
const noted = Object.fromEntries(
  hookNames.map((name) => [
    name,
    [
      {
        run: ['sh', '-c', 'cat >/dev/null; echo "$TICKETMILL_HOOK $TICKETMILL_TICKET" >> .ticketmill/noted'],
      },
    ],
  ]),
);

describe('hooks of a house', () => {
  it('run at every moment of a ticket, from its claim to its merge', async () => {
    const opened = await houses({ config: { hooks: noted } });
    const { settled, stop } = await opened.settle('task-1');
    expect(settled).toMatchObject({ to: 'review' });
    await opened.house.act('merge', { id: 'task-1' }, never);
    await stop();
    const met = readFileSync(join(opened.root, '.ticketmill/noted'), 'utf8').trim().split('\n');
    const expected = hookNames.filter((name) => !['ticket:failed', 'circuit:changed'].includes(name));
    expect(new Set(met)).toEqual(new Set(expected.map((name) => `${name} task-1`)));
    const waited = met.filter((line) => /before|created/.test(line)).map((line) => line.split(' ')[0]);
    expect(waited).toEqual([
      'worktree:created',
      'agent:before',
      'checks:before',
      'commit:before',
      'push:before',
    ]);
  });

  it.each(['agent:before', 'push:before'])('refuse at %s, and the ticket says so', async (gate) => {
    const opened = await houses({
      config: {
        hooks: {
          [gate]: [{ run: ['sh', '-c', 'echo not on a Friday; exit 1'] }],
          'ticket:failed': noted['ticket:failed'],
        },
      },
    });
    const { settled, stop } = await opened.settle('task-1');
    expect(settled).toMatchObject({
      to: 'failed',
      code: 'HOOK_REFUSED',
      message: expect.stringContaining('not on a Friday') as unknown,
    });
    await stop();
    expect(readFileSync(join(opened.root, '.ticketmill/noted'), 'utf8')).toBe('ticket:failed task-1\n');
  });
});
