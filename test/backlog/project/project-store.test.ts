import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { underLock } from '../../../src/backlog/project/cli-lock.ts';
import { temporaryDirectories } from '../../support/directory.ts';
import { openProjectBacklog, plainConfig } from '../../support/project-store.ts';
import type { ProjectBacklog } from '../../support/project-store.ts';

const directory = temporaryDirectories();

const richConfig = plainConfig.replace('"Done"]', '"In Review", "Failed", "Done"]');

type Facts = { status?: string; assignee?: string; labels?: string; more?: string; body?: string };

function task(id: string, facts: Facts = {}): string {
  const {
    status = 'To Do',
    assignee = "['@ticketmill']",
    labels = '[]',
    more = '',
    body = 'Please greet.',
  } = facts;
  return `---\nid: ${id}\ntitle: Greet people\nstatus: ${status}\nassignee: ${assignee}\ncreated_date: '2026-01-02 03:04'\nlabels: ${labels}\ndependencies: []\n${more}---\n\n## Description\n\n<!-- SECTION:DESCRIPTION:BEGIN -->\n${body}\n<!-- SECTION:DESCRIPTION:END -->\n`;
}

/** Saves tasks, named by their ids, long ago. */
function save(backlog: ProjectBacklog, tasks: Record<string, Facts>): void {
  for (const [id, facts] of Object.entries(tasks)) {
    const file = `${id.toLowerCase()}.md`;
    backlog.save('todo', file, task(id, facts));
    utimesSync(backlog.path('todo', file), 1, 1);
  }
}

const candidatesOf = async ({ store }: ProjectBacklog) =>
  (await store.candidates()).map(({ id, settled, problem }) =>
    settled ? (problem ?? id) : `${id} is not settled`,
  );

describe('the tasks of a project', () => {
  it('are taken when they are assigned to us and wait to be begun', async () => {
    const backlog = await openProjectBacklog(directory());
    save(backlog, {
      'TASK-1': {},
      'TASK-2': { assignee: '[]' },
      'TASK-3': { assignee: "['@alice', TicketMill]", status: 'to  do' },
      'TASK-4': { status: 'In Progress' },
      'TASK-5': { status: 'Done' },
      'TASK-6': { labels: '[ticketmill-failed]' },
      'TASK-7': { status: 'Triage' },
    });
    expect(await candidatesOf(backlog)).toEqual(['TASK-1', 'TASK-3']);
    expect(await backlog.store.counts()).toEqual({ todo: 2, processing: 1, review: 0, done: 1, failed: 1 });
    expect((await backlog.store.index()).map(({ id, state }) => `${id} ${state}`)).toEqual([
      'TASK-1 todo',
      'TASK-3 todo',
      'TASK-4 processing',
      'TASK-5 done',
      'TASK-6 failed',
    ]);
  });

  it('are left alone while they may be half written', async () => {
    const backlog = await openProjectBacklog(directory(), { quietMs: 2000 });
    backlog.save('todo', 'task-1.md', task('TASK-1'));
    expect(await candidatesOf(backlog)).toEqual(['TASK-1 is not settled']);
    await backlog.clock.advance(2001);
    expect(await candidatesOf(backlog)).toEqual(['TASK-1']);
  });

  it('are held while another one has their id, whoever has that one', async () => {
    const backlog = await openProjectBacklog(directory());
    save(backlog, { 'TASK-1': {} });
    backlog.save('todo', 'task-01 - Twin.md', task('task-001', { assignee: '[]' }));
    expect(await candidatesOf(backlog)).toEqual([
      expect.stringContaining('task-01 - Twin.md has the same id TASK-1'),
    ]);
  });

  it('are finished in the last status, or completed, and by one task alone', async () => {
    const backlog = await openProjectBacklog(directory(), { config: richConfig });
    const nobody = { assignee: '[]' };
    save(backlog, {
      'TASK-1': { ...nobody, status: 'Done' },
      'TASK-2': { ...nobody, status: 'Failed' },
      'TASK-3': { ...nobody, status: 'Done' },
    });
    backlog.save('todo', 'task-03 - Twin.md', task('TASK-3', { status: 'Done' }));
    mkdirSync(join(backlog.root, 'backlog', 'completed'));
    writeFileSync(join(backlog.root, 'backlog', 'completed', 'task-4.md'), task('TASK-4', nobody));
    const done = await backlog.store.finished(
      ['TASK-1', '1', 'task-2', 'TASK-3', 'TASK-004', 'TASK-9'],
      new Set(),
    );
    expect([...done]).toEqual(['task-1', '1', 'task-4']);
  });

  it('that are ours and done are what became of earlier work', async () => {
    const backlog = await openProjectBacklog(directory());
    save(backlog, {
      'TASK-1': { status: 'Done' },
      'TASK-2': {},
      'TASK-3': { status: 'Done', assignee: '[]' },
    });
    mkdirSync(join(backlog.root, 'backlog', 'completed'));
    writeFileSync(join(backlog.root, 'backlog', 'completed', 'task-4.md'), task('TASK-4'));
    expect((await backlog.store.newest()).map(({ id, state }) => `${id} ${state}`)).toEqual([
      'TASK-1 done',
      'TASK-4 done',
    ]);
  });

  it('keep the id of an issue as a label, by which it is known whoever has the task now', async () => {
    const backlog = await openProjectBacklog(directory());
    save(backlog, {
      'TASK-1': { labels: '[gh-12]' },
      'TASK-2': { assignee: "['@bob']", labels: '[GH-web-12]' },
    });
    backlog.dropNew('gh-13.md', '# Thirteen\n');
    for (const id of ['GH-12', 'GH-web-12', 'GH-13', 'task-01'])
      expect(await backlog.store.isTaken(id)).toBe(true);
    for (const id of ['GH-1', 'GH-web-13', 'GH-14']) expect(await backlog.store.isTaken(id)).toBe(false);
  });

  it('that a person put into progress are theirs', async () => {
    const backlog = await openProjectBacklog(directory(), { isAtWork: (file) => file === 'task-2.md' });
    save(backlog, { 'TASK-1': { status: 'In Progress' }, 'TASK-2': { status: 'In Progress' } });
    expect((await backlog.store.list('processing')).map(({ id }) => id)).toEqual(['TASK-2']);
  });

  it('that wait for people are listed whoever put them there', async () => {
    const backlog = await openProjectBacklog(directory(), { config: richConfig, isAtWork: () => false });
    save(backlog, { 'TASK-1': { status: 'In Review' }, 'TASK-2': {} });
    expect((await backlog.store.list('review')).map(({ id }) => id)).toEqual(['TASK-1']);
  });

  it('that are not ours are explained', async () => {
    const backlog = await openProjectBacklog(directory());
    save(backlog, { 'TASK-1': { assignee: '[]' }, 'TASK-2': { status: 'Triage' } });
    expect(await backlog.store.stranger('1')).toBe(
      'TASK-1 is not assigned to @ticketmill: `backlog task edit 1 -a @ticketmill` gives it to ticketmill.',
    );
    expect(await backlog.store.stranger('task-2')).toContain('TASK-2 has the status "Triage"');
    expect(await backlog.store.stranger('TASK-3')).toBeNull();
  });
});

describe('a transition', () => {
  const ways = [
    ['a project with a status for each state', richConfig, ['In Progress', 'In Review', 'Failed', 'Done']],
    [
      'one with three statuses',
      plainConfig,
      ['In Progress', 'In Progress in-review', 'To Do ticketmill-failed', 'Done'],
    ],
  ] as const;
  it.each(ways)('changes the status and nothing else, in %s', async (_name, config, shown) => {
    const backlog = await openProjectBacklog(directory(), { config });
    const own = 'custom: {a: 1} # mine\n';
    save(backlog, { 'TASK-1': { labels: '[ui]', more: own } });
    const before = await backlog.store.read('task-1.md', 'todo');
    const seen: string[] = [];
    let from = 'todo' as const as 'todo' | 'processing' | 'review' | 'failed' | 'done';
    for (const to of ['processing', 'review', 'failed', 'done'] as const) {
      expect(await backlog.store.transition('task-1.md', from, to)).toBe('task-1.md');
      const stored = await backlog.store.read('task-1.md', to);
      const labels = stored?.ticket.labels.filter((label) => label !== 'ui') ?? [];
      seen.push([stored?.ticket.status, ...labels].join(' '));
      expect(stored?.sha256).toBe(before?.sha256);
      from = to;
    }
    expect(seen).toEqual(shown);
    const updated = /updated_date: '2026-.*'\n/;
    expect(backlog.text('task-1.md')).toMatch(updated);
    const back = backlog.text('task-1.md').replace(updated, '').replace('status: Done', 'status: To Do');
    expect(back).toBe(task('TASK-1', { labels: '[ui]', more: own }));
    expect(readdirSync(join(backlog.root, 'backlog', '.locks'))).toEqual([]);
  });

  it('does nothing when a person was there first', async () => {
    const backlog = await openProjectBacklog(directory());
    save(backlog, { 'TASK-1': { status: 'Done' }, 'TASK-2': { assignee: "['@bob']" } });
    for (const file of ['task-1.md', 'task-2.md', 'task-3.md', 'else.md']) {
      expect(await backlog.store.transition(file, 'todo', 'processing')).toBeNull();
      expect(await backlog.store.edit(file, 'todo', { finalSummary: 'Done.' })).toBe(false);
    }
    expect(backlog.text('task-2.md')).toBe(task('TASK-2', { assignee: "['@bob']" }));
  });

  it('waits for whoever holds the lock of the task, takes one that was left behind, and says when it may not', async () => {
    let now = 0;
    let waits = 0;
    const lock = (id: string): string => join(backlog.root, 'backlog', '.locks', `task-task-${id}`);
    const wait = (ms: number): Promise<void> => {
      now += ms;
      waits += 1;
      if (waits === 3) rmdirSync(lock('1'));
      return Promise.resolve();
    };
    const backlog = await openProjectBacklog(directory(), {
      clock: { monotonic: () => now, now: () => new Date(now), wait },
    });
    save(backlog, { 'TASK-1': {}, 'TASK-2': {} });
    mkdirSync(lock('1'), { recursive: true });
    expect(await backlog.store.transition('task-1.md', 'todo', 'processing')).toBe('task-1.md');
    expect(waits).toBe(3);
    mkdirSync(lock('2'));
    expect(await backlog.store.transition('task-2.md', 'todo', 'processing')).toBe('task-2.md');
    mkdirSync(lock('1'));
    writeFileSync(join(lock('1'), 'mine'), '');
    await expect(backlog.store.transition('task-1.md', 'processing', 'todo')).rejects.toMatchObject({
      code: 'TICKET_LOCKED',
    });
  });
});

describe('a lock of Backlog.md', () => {
  it('shows for as long as it is held that it is, and is nobody else’s to take', async () => {
    const lock = join(directory(), 'locks', 'create');
    const renewedAt = new Date('2026-01-02T03:04:05Z');
    const clock = { monotonic: () => 0, now: () => renewedAt, wait: () => Promise.resolve() };
    const isRenewed = (): boolean => statSync(lock).mtime.getTime() === renewedAt.getTime();
    await underLock(
      lock,
      clock,
      async () => {
        expect(isRenewed()).toBe(false);
        while (!isRenewed()) await setImmediate();
      },
      1,
    );
    expect(existsSync(lock)).toBe(false);
  });
});

describe('an edit', () => {
  it('leaves the status as it is, which is the state', async () => {
    const backlog = await openProjectBacklog(directory());
    save(backlog, { 'TASK-1': {} });
    const comment = { author: '@ticketmill', createdDate: '2026-01-02 03:04', body: 'Begun.' };
    expect(await backlog.store.edit('task-1.md', 'todo', { status: 'Done', comment })).toBe(true);
    const stored = await backlog.store.read('task-1.md', 'todo');
    expect(stored?.ticket.comments.map(({ body }) => body)).toEqual(['Begun.']);
  });
});

describe('a report of a failure', () => {
  it('lies outside of the project', async () => {
    const backlog = await openProjectBacklog(directory());
    expect(await backlog.store.readError('task-1.md')).toEqual({ kind: 'none' });
    const report = {
      taskId: 'TASK-1',
      timestamp: '2026-01-02T03:04:05Z',
      error: 'It broke.',
      errorType: 'internal',
      code: 'INTERNAL',
      stage: 'code',
      retryCount: 0,
      model: null,
      retryable: true,
      runId: 'run-1',
      attempts: [],
      inputHash: '',
      hint: '',
    } as const;
    await backlog.store.writeError('task-1.md', { ...report, attempts: [] });
    expect(existsSync(join(backlog.root, 'state', 'errors', 'task-1.error.json'))).toBe(true);
    expect(await backlog.store.takeError('task-1.md')).toEqual(report);
  });
});
