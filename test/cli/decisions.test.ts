import { describe, expect, it } from '@jest/globals';
import type { Settled } from '../../src/domain/command.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { houseDouble } from '../support/house.ts';
import { typed } from '../support/command-line.ts';

const settled: Settled = {
  id: 'task-1',
  file: 'task-1.md',
  state: 'done',
  message: 'merged into main',
  pullRequest: {
    number: 1,
    url: 'http://x/1',
    state: 'merged',
    branch: 'b',
    base: 'main',
    title: 't',
    head: 'h',
  },
};
const answer = () => settled;
const prepared = () =>
  houseDouble({ answers: { cancel: answer, approve: answer, reject: answer, merge: answer } });

describe.each(['cancel', 'approve', 'reject', 'merge'])('ticketmill %s', (command) => {
  const directory = temporaryDirectories();

  it('asks the house and tells where the ticket is now', async () => {
    const house = prepared();
    const said = await typed([command, 'task-1'], { cwd: directory(), house });
    expect(said).toMatchObject({ code: 0, out: 'task-1  done: merged into main http://x/1\n', err: '' });
    const args = command === 'reject' ? { id: 'task-1', reason: null } : { id: 'task-1' };
    expect(house.asked).toEqual([{ command, args }]);
  });

  it('answers machines with the whole', async () => {
    const said = await typed([command, 'task-1', '--json'], { cwd: directory(), house: prepared() });
    expect(said.json()).toEqual([settled]);
  });

  it('needs to know which ticket', async () => {
    const said = await typed([command], { cwd: directory() });
    expect(said.code).toBe(2);
    expect(said.err).toContain("missing required argument 'id'");
  });
});

describe('ticketmill reject', () => {
  const directory = temporaryDirectories();

  it('hands the reason over', async () => {
    const house = prepared();
    await typed(['reject', 'task-1', '--reason', 'too slow'], { cwd: directory(), house });
    expect(house.asked).toEqual([{ command: 'reject', args: { id: 'task-1', reason: 'too slow' } }]);
  });

  it('leaves the address out when there is no pull request', async () => {
    const house = houseDouble({
      answers: { reject: () => ({ ...settled, state: 'failed', pullRequest: null, message: 'no' }) },
    });
    expect((await typed(['reject', 'task-1'], { cwd: directory(), house })).out).toBe('task-1  failed: no\n');
  });
});
