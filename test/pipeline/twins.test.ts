import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Made } from '../../src/domain/run.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { storyPlace } from '../support/story-place.ts';
import { workUntilIdle } from '../support/work.ts';
import { someSpending as spent, workshopDouble } from '../support/workshop.ts';

type Ticket = { file: string; id?: string };

const place = storyPlace();
const fresh = temporaryDirectories();
const question: Made = { kind: 'hold', change: null, code: 'QUESTION', reason: 'Which?', spent };
const [composed, decomposed] = ['grüße', 'grüße'].map((name, index) =>
  name.normalize(index === 0 ? 'NFC' : 'NFD'),
);

/** Where these are one name, the second file replaces the first, and there are no twins. */
function tellsApart(one: string, other: string): boolean {
  const folder = fresh();
  writeFileSync(join(folder, one), '');
  return !existsSync(join(folder, other));
}

describe.each([
  ['case of their names', { file: 'T-1.md' }, { file: 't-1.md' }],
  ['Unicode form of their names', { file: `${composed}.md` }, { file: `${decomposed}.md` }],
  ['case of their ids', { file: 'a.md', id: 'TASK-7' }, { file: 'b.md', id: 'task-7' }],
  ['zeros in their ids', { file: 'a.md', id: 'task-7' }, { file: 'b.md', id: 'TASK-007' }],
  ['way of naming', { file: 'a.md', id: 'task-7' }, { file: 'task-7 - Greet.md' }],
])('two tickets that differ in the %s', (_what, one: Ticket, other: Ticket) => {
  const write = ({ id }: Ticket): string =>
    `---\n${id === undefined ? '' : `id: ${id}\n`}title: Greet\n---\n\nPlease greet.\n`;

  it('are one: the first goes, the other is held and visible until a person decides', async () => {
    if (!tellsApart(one.file, other.file)) return;
    const workshop = workshopDouble(question);
    const opened = await place.open({ workshop });
    for (const ticket of [one, other]) opened.backlog.drop(ticket.file, write(ticket));
    const { left } = await workUntilIdle(opened);
    expect(workshop.orders).toHaveLength(1);
    expect(opened.backlog.files()).toMatchObject({
      todo: [expect.any(String)],
      review: [expect.any(String)],
    });
    expect(left).toMatchObject([
      { admission: { verdict: 'hold', reason: expect.stringContaining('already in') } },
    ]);
    expect(opened.events.filter(({ type }) => type === 'ticket:held')).not.toEqual([]);
    await workUntilIdle(opened);
    expect(workshop.orders).toHaveLength(1);
  });
});
