import { describe, expect, it } from '@jest/globals';
import { renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { temporaryDirectories } from '../support/directory.ts';
import type { Backlog } from '../support/folder-store.ts';
import { openBacklog } from '../support/folder-store.ts';

const newDirectory = temporaryDirectories();

describe('the index of tickets', () => {
  it('tells of every ticket what a list shows', async () => {
    const backlog = await openBacklog(newDirectory());
    const text = 'id: TASK-7\ntitle: Fix it\nlabels: [ui, login]\npriority: high\nmodel: ollama/m\n';
    backlog.save('done', 'task-7.md', `---\n${text}created_date: 2026-01-02\n---\n\nText.\n`);
    expect(await backlog.store.index()).toEqual([
      {
        file: 'task-7.md',
        state: 'done',
        id: 'TASK-7',
        title: 'Fix it',
        labels: ['ui', 'login'],
        priority: 'high',
        model: 'ollama/m',
        modifiedFiles: [],
        createdDate: '2026-01-02',
        changedAt: expect.any(Number),
        problem: null,
      },
    ]);
  });

  it('tells of a file that cannot be read why', async () => {
    const root = newDirectory();
    const backlog = await openBacklog(root);
    backlog.save('todo', 'task-1.md', '---\nid: [\n');
    symlinkSync('/etc/passwd', backlog.path('todo', 'task-2.md'));
    const listed = await backlog.store.index();
    expect(listed.map(({ id, title }) => [id, title])).toEqual([
      ['task-1', 'task-1.md'],
      ['task-2', 'task-2.md'],
    ]);
    for (const { problem } of listed) expect(problem).toEqual(expect.stringMatching(/./));
  });

  it('sees at once what came, what went and what moved', async () => {
    const backlog = await openBacklog(newDirectory());
    backlog.save('todo', 'a.md', '# A\n');
    expect(await places(backlog)).toEqual(['todo/a.md']);
    backlog.save('failed', 'b.md', '# B\n');
    renameSync(backlog.path('todo', 'a.md'), backlog.path('done', 'a.md'));
    expect(await places(backlog)).toEqual(['done/a.md', 'failed/b.md']);
    unlinkSync(backlog.path('failed', 'b.md'));
    expect(await places(backlog)).toEqual(['done/a.md']);
  });

  it('answers from memory while a folder stays as it is, and sees an edit in place some seconds later', async () => {
    const backlog = await openBacklog(newDirectory());
    backlog.save('done', 'a.md', '# Before\n');
    await backlog.store.index();
    await backlog.clock.advance(1000);
    await backlog.store.index();
    writeFileSync(backlog.path('done', 'a.md'), '# Afterwards\n');
    expect((await backlog.store.index()).map(({ title }) => title)).toEqual(['Before']);
    await backlog.clock.advance(5000);
    expect((await backlog.store.index()).map(({ title }) => title)).toEqual(['Afterwards']);
  });

  it('looks into no folder but those of the states that are asked for', async () => {
    const backlog = await openBacklog(newDirectory());
    backlog.save('failed', 'a.md', '# A\n');
    backlog.save('done', 'b.md', '# B\n');
    expect((await backlog.store.index(['failed', 'todo'])).map(({ file }) => file)).toEqual(['a.md']);
    expect(await places(backlog)).toEqual(['done/b.md', 'failed/a.md']);
  });

  it('never gives two who ask at once different pasts', async () => {
    const backlog = await openBacklog(newDirectory());
    const early = backlog.store.index();
    backlog.save('todo', 'a.md', '# A\n');
    const late = backlog.store.index();
    await early;
    expect((await late).map(({ file }) => file)).toEqual(['a.md']);
  });
});

async function places({ store }: Backlog): Promise<string[]> {
  return (await store.index()).map(({ state, file }) => `${state}/${file}`).sort();
}
