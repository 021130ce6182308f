import { describe, expect, it } from '@jest/globals';
import { temporaryDirectories } from '../support/directory.ts';
import { houseDouble } from '../support/house.ts';
import { typed } from '../support/command-line.ts';

describe('pause, resume and stop', () => {
  const directory = temporaryDirectories();
  const house = (stopping = true) =>
    houseDouble({
      answers: {
        pause: () => ({ paused: true }),
        resume: () => ({ paused: false }),
        stop: () => ({ stopping }),
      },
    });

  it.each([
    ['pause', 'Paused: no more tickets are taken until `ticketmill resume`.', { paused: true }],
    ['resume', 'Tickets are taken again.', { paused: false }],
    ['stop', 'The daemon ends.', { stopping: true }],
  ])('%s', async (command, text, result) => {
    expect(await typed([command], { cwd: directory(), house: house() })).toMatchObject({
      code: 0,
      out: `${text}\n`,
    });
    expect((await typed([command, '--json'], { cwd: directory(), house: house() })).json()).toEqual([result]);
  });

  it('stops nothing where nothing runs', async () => {
    expect((await typed(['stop'], { cwd: directory(), house: house(false) })).out).toBe(
      'No daemon runs here.\n',
    );
  });
});
