import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { addTickets } from '../../src/backlog/add-tickets.ts';
import type { AddOptions } from '../../src/backlog/add-tickets.ts';
import { writeFiles } from '../support/config-root.ts';
import { temporaryDirectories } from '../support/directory.ts';

const idFormat = { pattern: 'task-{id}', extractRegex: 'task-(\\d+)' };

function optionsIn(root: string, given: Partial<AddOptions> = {}): AddOptions {
  const at = (state: string) => join(root, state);
  const folders = {
    todo: at('todo'),
    processing: at('processing'),
    review: at('review'),
    done: at('done'),
    failed: at('failed'),
  };
  return { folders, idFormat, now: new Date('2026-01-02T10:00:00Z'), ...given };
}

describe('addTickets', () => {
  const directory = temporaryDirectories();

  it('counts on from the highest id of all folders, in front matter and file names', async () => {
    const root = directory();
    writeFiles(root, {
      'todo/a.md': '---\nid: TASK-007\ntitle: x\n---\n',
      'failed/TASK-9 - broken.md': '---\ntitle: open',
      'done/task-3.2 - sub.md': '---\nid: task-3.2\ntitle: x\n---\n',
    });
    expect(await addTickets([{ title: 'b' }, { title: 'c' }], optionsIn(root))).toEqual([
      { id: 'task-10', file: 'task-10 - b.md' },
      { id: 'task-11', file: 'task-11 - c.md' },
    ]);
  });

  it('reads ids that it wrote, whatever the expression of the config', async () => {
    const options = optionsIn(directory(), { idFormat: { pattern: 'X.{id}', extractRegex: 'task-(\\d+)' } });
    await addTickets([{ title: 'a' }], options);
    expect(await addTickets([{ title: 'b' }], options)).toMatchObject([{ id: 'X.2' }]);
  });

  it('gives no id twice to many who add at the same time, and leaves nothing behind', async () => {
    const options = optionsIn(directory());
    const added = await Promise.all(
      Array.from({ length: 12 }, (_, n) => addTickets([{ title: `t${n}` }], options)),
    );
    expect(new Set(added.flat().map(({ id }) => id)).size).toBe(12);
    expect(readdirSync(options.folders.todo).sort()).toEqual(
      added
        .flat()
        .map(({ file }) => file)
        .sort(),
    );
  });

  it('goes round an id that somebody reserved and died with', async () => {
    const root = directory();
    writeFiles(root, { 'todo/.task-1.ticketmill-tmp': '' });
    expect(await addTickets([{ title: 'a' }], optionsIn(root))).toMatchObject([{ id: 'task-2' }]);
  });

  it.each([
    [{ title: 'a', model: '--help' }, 'model'],
    [{ title: 'a', description: 'x'.repeat(300_000) }, '"a" makes no ticket: .*at most'],
  ])('writes none when one makes no ticket', async (bad, reason) => {
    const options = optionsIn(directory());
    await expect(addTickets([{ title: 'good' }, bad], options)).rejects.toThrow(new RegExp(reason));
    expect(readdirSync(options.folders.todo)).toEqual([]);
  });

  it('refuses a format of ids that no ticket may have', async () => {
    const options = optionsIn(directory(), { idFormat: { ...idFormat, pattern: '../{id}' } });
    await expect(addTickets([{ title: 'a' }], options)).rejects.toMatchObject({ code: 'TICKET_INVALID' });
  });
});
