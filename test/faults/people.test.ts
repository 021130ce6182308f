import { appendFileSync, readdirSync, renameSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { TicketState } from '../../src/domain/ticket.ts';
import { recoverWork } from '../../src/pipeline/recover-work.ts';
import { meddlingAt } from '../support/meddle-at.ts';
import { storyPlace } from '../support/story-place.ts';
import type { TestStory } from '../support/story.ts';
import { workToEnd } from '../support/work.ts';
import { someSpending as spent, workshopDouble } from '../support/workshop.ts';

const place = storyPlace('bare');

type Deed = {
  /** What a person does with the ticket, wherever it lies just then. */
  act: (opened: TestStory, state: TicketState, file: string) => void;
  /** What must be true in the end, whenever it was done. */
  check: (opened: TestStory, file: string) => void;
};

const deeds: Record<string, Deed> = {
  edits: {
    act: ({ backlog }, state, file) => appendFileSync(backlog.path(state, file), '\nAnd thank you!\n'),
    check(opened, file) {
      expect(opened.statesOf(file)).toEqual(['review']);
      expect(opened.text('review', file)).toMatch(/Please greet people\.\n[^]*\nAnd thank you!\n/);
      expect(opened.text('review', file).split('author: @ticketmill')).toHaveLength(2);
    },
  },
  removes: {
    act: ({ backlog }, state, file) => unlinkSync(backlog.path(state, file)),
    check: (opened, file) => expect(opened.statesOf(file)).toEqual([]),
  },
  'puts aside': {
    act: ({ backlog }, state, file) => renameSync(backlog.path(state, file), backlog.path('done', file)),
    check: (opened, file) => expect(opened.statesOf(file)).toEqual(['done']),
  },
  'takes back': {
    act({ backlog }, state, file) {
      if (state !== 'todo') renameSync(backlog.path(state, file), backlog.path('todo', file));
    },
    check: (opened, file) => expect(opened.statesOf(file)).toEqual(['review']),
  },
};

describe.each(Object.entries(deeds))('a person who %s a ticket after any effect', (name, deed) => {
  it('wins, and nothing is published twice', async () => {
    let n = 1;
    while ((await meddle(deed, { n, id: `${name.replace(' ', '-')}-${n}` })) !== null) n += 1;
    expect(n).toBeGreaterThan(10);
  }, 180_000);
});

/** The effect after which it was done; null when there is no such effect. */
async function meddle(deed: Deed, { n, id }: { n: number; id: string }): Promise<string | null> {
  const root = place.directory();
  const made = { kind: 'publish', change: place.change(), spent } as const;
  const open = () => place.open({ workshop: workshopDouble(made) }, root);
  const opened = await open();
  const file = `${id}.md`;
  opened.drop(id);
  let at: TicketState = 'todo';
  const { story, done } = meddlingAt(n, opened.story, () => {
    at = opened.statesOf(file)[0] ?? 'todo';
    deed.act(opened, at, file);
  });
  await workToEnd(opened, story);
  const next = await open();
  await recoverWork(next.story);
  await workToEnd(next, next.story);
  const where = `${n} (${done() ?? 'nothing'}, in ${at})`;
  try {
    if (done() !== null) deed.check(next, file);
    expect(pullRequestsIn(root)).toBeLessThanOrEqual(1);
    expect(next.backlog.files()['processing']).toBeUndefined();
  } catch (error) {
    throw new Error(`after effect ${where}: ${String(error)}`);
  }
  return done();
}

function pullRequestsIn(root: string): number {
  const state = join(root, 'state');
  if (!readdirSync(state).includes('pull-requests')) return 0;
  return readdirSync(join(state, 'pull-requests')).filter((name) => /^\d+\.json$/.test(name)).length;
}
