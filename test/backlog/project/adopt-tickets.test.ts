import { linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { addTasks } from '../../../src/backlog/project/add-tasks.ts';
import { findProject } from '../../../src/backlog/project/find-project.ts';
import { parseTicket } from '../../../src/backlog/parse-ticket.ts';
import type { Ticket } from '../../../src/domain/ticket.ts';
import { temporaryDirectories } from '../../support/directory.ts';
import { openProjectBacklog, plainConfig } from '../../support/project-store.ts';
import type { ProjectBacklog } from '../../support/project-store.ts';

const directory = temporaryDirectories();

const taskNames = ({ root }: ProjectBacklog): string[] => readdirSync(join(root, 'backlog', 'tasks')).sort();

function read(backlog: ProjectBacklog, file: string): Ticket {
  const parsed = parseTicket(readFileSync(backlog.path('todo', file)), file);
  if (!parsed.ok || parsed.recovered) throw new Error(`${file} is no task`);
  return parsed.ticket;
}

/** Drops a file and looks; the only task there is then, and what is left in the inbox. */
async function adopt(name: string, text: string, options: Parameters<typeof openProjectBacklog>[1] = {}) {
  const backlog = await openProjectBacklog(directory(), options);
  backlog.dropNew(name, text);
  const candidates = await backlog.store.candidates();
  const [file = ''] = taskNames(backlog);
  const problems = candidates.map(({ problem }) => problem).filter((problem) => problem !== null);
  return { backlog, candidates, file, problems, left: readdirSync(backlog.inbox) };
}

describe('a file that is dropped', () => {
  it('becomes a task with an id, our handle and a description, its words as they were', async () => {
    const body =
      '# Fix the login\n\nIt *fails*  for `é`.\n\n## Steps\n\n1. Log in\n\n## Acceptance Criteria\n\n- [ ] Works\n';
    const { backlog, candidates, file, left } = await adopt('idea.md', body);
    expect({ file, left }).toEqual({ file: 'task-1 - Fix-the-login.md', left: [] });
    expect(candidates).toMatchObject([{ id: 'TASK-1', file, droppedAs: 'idea.md', settled: true }]);
    const ticket = read(backlog, file);
    expect(ticket).toMatchObject({
      id: 'TASK-1',
      title: 'Fix the login',
      status: 'To Do',
      assignee: ['@ticketmill'],
    });
    expect(ticket.acceptanceCriteriaItems.map(({ text }) => text)).toEqual(['Works']);
    expect(ticket.description).toContain('1. Log in');
    expect(backlog.text(file)).toContain(body.slice(0, body.indexOf('## Acceptance')));
    expect(backlog.text(file).endsWith('## Acceptance Criteria\n\n- [ ] Works\n')).toBe(true);
  });

  it('gets an id after all that are used anywhere, in the form of the project', async () => {
    const { file } = await adopt('idea.md', 'Do it.\n', {
      config: `${plainConfig}zero_padded_ids: 3\ntask_prefix: "BUG"\n`,
      usedElsewhere: () => Promise.resolve(['backlog/completed/bug-041 - Old.md', 'BUG-7', 'task-99 - x.md']),
    });
    expect(file).toBe('bug-042 - idea.md');
  });

  it('keeps an id of the project that is free, its other keys and comments, and loses a command', async () => {
    const front =
      'id: task-7\ntitle: Seven\nlabels: [ui]\nassignee: bob\nmine: 1 # why\nonStatusChange: touch /tmp/x\nmodel: ollama/a';
    const { backlog, file } = await adopt('seven.md', `---\n${front}\n---\nText.\n`);
    expect(file).toBe('task-7 - Seven.md');
    expect(read(backlog, file)).toMatchObject({
      id: 'TASK-7',
      assignee: ['bob', '@ticketmill'],
      labels: ['ui'],
    });
    expect(backlog.text(file)).toContain('mine: 1 # why\n');
    expect(backlog.text(file)).toContain('model: ollama/a\n');
    expect(backlog.text(file)).not.toContain('onStatusChange');
  });

  it('keeps an id of another form as a label, by which it is known again', async () => {
    const { backlog, file } = await adopt('gh-12.md', "---\nid: GH-12\ntitle: 'Issue: twelve'\n---\nText.\n");
    expect(file).toBe('task-1 - Issue-twelve.md');
    expect(read(backlog, file).labels).toEqual(['gh-12']);
  });

  it('has what its front matter says of description and criteria written out', async () => {
    const front = 'description: Say hello.\nacceptanceCriteria: ["[x] Says hello", Says bye]';
    const { backlog, file } = await adopt('a.md', `---\n${front}\n---\n# Greet\n`);
    const ticket = read(backlog, file);
    expect(ticket.description).toBe('Say hello.');
    expect(backlog.text(file)).toContain('- [x] #1 Says hello\n- [ ] #2 Says bye');
  });

  it('is held when it cannot be a task, with the reason', async () => {
    const held = await adopt('a.md', '---\ntitle: x\nlabels: [a\n---\nText.\n');
    expect(held.problems).toEqual([expect.stringContaining('no valid YAML')]);
    const code = await adopt('b.md', '---js\n({})\n---\nText.\n');
    expect(code.problems).toEqual([expect.stringContaining('only YAML is read')]);
    expect([held.left, code.left]).toEqual([['a.md'], ['b.md']]);
    const backlog = await openProjectBacklog(directory());
    backlog.dropNew('one.md', '---\nid: TASK-1\n---\nOne.\n');
    await backlog.store.candidates();
    backlog.dropNew('two.md', '---\nid: 1\n---\nTwo.\n');
    const [, two] = await backlog.store.candidates();
    expect(two?.problem).toContain('task-1 - one.md has the id TASK-1 already');
    expect((await backlog.store.index()).find(({ file }) => file === 'two.md')?.state).toBe('todo');
  });

  it('is a task once, wherever the adoption was cut short', async () => {
    const backlog = await openProjectBacklog(directory());
    backlog.dropNew('idea.md', '# Idea\n\nText.\n');
    await backlog.store.candidates();
    const [file = ''] = taskNames(backlog);
    const written = backlog.text(file);
    // Cut short before the move: the file has its id already.
    const before = await openProjectBacklog(directory());
    before.dropNew('idea.md', written);
    await before.store.candidates();
    expect([taskNames(before), before.text(file)]).toEqual([[file], written]);
    // Cut short within the move: one file under two names.
    linkSync(backlog.path('todo', file), join(backlog.inbox, 'idea.md'));
    writeFileSync(join(backlog.inbox, '.idea.0123.ticketmill-tmp'), 'half');
    const next = await openProjectBacklog(backlog.root);
    await next.store.recover(() => null);
    await next.store.candidates();
    expect([taskNames(next), readdirSync(next.inbox)]).toEqual([[file], []]);
  });
});

describe('adding', () => {
  it('writes tasks of ours under the next ids, and nothing when one of them is none', async () => {
    const root = directory();
    mkdirSync(join(root, 'backlog'));
    const { statuses } = await openProjectBacklog(root);
    const project = findProject(root);
    if (project === null) throw new Error('there is no project');
    const options = {
      project,
      statuses,
      bot: '@ticketmill',
      createLock: join(root, 'backlog', '.locks', 'create'),
      clock: { monotonic: () => 0, now: () => new Date(0), wait: () => Promise.resolve() },
      usedElsewhere: () => Promise.resolve(['TASK-4']),
      now: () => new Date('2026-01-02T03:04:05Z'),
      onWritten: () => Promise.resolve(),
    };
    await expect(
      addTasks([{ title: 'Good' }, { title: 'Bad', priority: 'sometime' }], options),
    ).rejects.toMatchObject({ code: 'TICKET_INVALID' });
    const added = await addTasks([{ title: 'Greet', description: 'Say hello.' }, { title: 'Bye' }], options);
    expect(added).toEqual([
      { id: 'TASK-5', file: 'task-5 - Greet.md' },
      { id: 'TASK-6', file: 'task-6 - Bye.md' },
    ]);
    expect(readFileSync(join(root, 'backlog', 'tasks', 'task-5 - Greet.md'), 'utf8')).toContain(
      "  - '@ticketmill'\n",
    );
  });
});
