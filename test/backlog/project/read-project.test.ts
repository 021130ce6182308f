import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findProject } from '../../../src/backlog/project/find-project.ts';
import {
  insertStatuses,
  missingStatuses,
  withStatuses,
} from '../../../src/backlog/project/insert-statuses.ts';
import { readProjectConfig } from '../../../src/backlog/project/read-config.ts';
import { mapStatuses } from '../../../src/backlog/project/statuses.ts';
import type { WantedStatuses } from '../../../src/backlog/project/statuses.ts';
import { canonicalId, nextId } from '../../../src/backlog/project/task-ids.ts';
import { taskLockName } from '../../../src/backlog/project/cli-lock.ts';
import { temporaryDirectories } from '../../support/directory.ts';

const directory = temporaryDirectories();

function rootWith(files: Record<string, string>): string {
  const root = directory();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

describe('a project', () => {
  const named = 'project_name: "Sample"\n';
  it.each([
    [{ 'backlog/config.yml': named }, 'backlog'],
    [{ 'backlog/config.yaml': named }, 'backlog'],
    [{ '.backlog/config.yml': named }, '.backlog'],
    [{ '.backlog/config.yml': named, 'backlog/config.yml': named }, 'backlog'],
    [
      { 'backlog.config.yml': `${named}backlog_directory: "planning/tasks"\n`, 'backlog/config.yml': named },
      'planning/tasks',
    ],
    [{ 'backlog.config.yml': named }, 'backlog'],
    [{ 'backlog.config.yml': 'backlog_directory: x\n', 'backlog/todo/a.md': '' }, null],
    [{ 'backlog/todo/a.md': '' }, null],
  ])('is found where Backlog.md finds it: %j', (files, folder) => {
    const root = rootWith(files);
    expect(findProject(root)?.directory ?? null).toBe(folder === null ? null : join(root, folder));
  });

  it('is refused outside of the root', () => {
    const root = rootWith({ 'backlog.config.yml': `${named}backlog_directory: ../other\n` });
    expect(() => findProject(root)).toThrow('expected a folder inside');
  });

  it('is read line by line, as Backlog.md does', () => {
    const text = [
      'project_name: My: project',
      "default_status: 'Backlog' # where they begin",
      'statuses:',
      '  - Backlog',
      '  - "In Progress"',
      '  - Done',
      'task_prefix: "JIRA"',
      'zero_padded_ids: 4',
      'auto_commit: true',
      'filesystem_only: True',
    ].join('\r\n');
    expect(readProjectConfig(text)).toEqual({
      statuses: ['Backlog', 'In Progress', 'Done'],
      defaultStatus: 'Backlog',
      prefix: 'jira',
      digits: 4,
      autoCommit: true,
      filesystemOnly: true,
    });
    expect(readProjectConfig('')).toMatchObject({
      statuses: ['To Do', 'In Progress', 'Done'],
      defaultStatus: 'To Do',
    });
  });
});

describe('statuses', () => {
  const map = (statuses: string[], wanted: WantedStatuses = {}, defaultStatus = statuses[0] ?? '') =>
    Object.entries(
      mapStatuses(
        { configFile: 'config.yml', config: { ...readProjectConfig(''), statuses, defaultStatus } },
        wanted,
      ),
    ).map(([, { status, label }]) => (label === null ? status : `${status} + ${label}`));

  it.each([
    [
      ['To Do', 'In Progress', 'Done'],
      ['To Do', 'In Progress', 'In Progress + in-review', 'Done', 'To Do + ticketmill-failed'],
    ],
    [
      ['Neu', 'Läuft', 'Fertig'],
      ['Neu', 'Läuft', 'Läuft + in-review', 'Fertig', 'Neu + ticketmill-failed'],
    ],
    [
      ['todo', 'inprogress', 'review', 'blocked', 'done'],
      ['todo', 'inprogress', 'review', 'done', 'blocked'],
    ],
  ])('of %j', (statuses, mapped) => {
    expect(map(statuses)).toEqual(mapped);
  });

  it('are those that the config names', () => {
    const statuses = ['Inbox', 'Ready', 'Doing', 'Check', 'Stuck', 'Shipped'];
    const wanted = { todo: 'ready', processing: 'Doing', review: 'Check', failed: 'Stuck' };
    expect(map(statuses, wanted)).toEqual(['Ready', 'Doing', 'Check', 'Shipped', 'Stuck']);
  });

  it.each([
    [[], {}, 'config.yml has no statuses: there is none for todo. Expected'],
    [['To Do', 'Done'], {}, '"Done" would mean both processing and done'],
    [['To Do', 'In Progress', 'Done', 'Failed'], {}, '"Failed" would mean both done and failed'],
    [
      ['To Do', 'In Progress', 'Done'],
      { review: 'QA' },
      'backlogMd.statuses.review is "QA", expected one of',
    ],
  ])('of %j and %j are refused', (statuses, wanted, message) => {
    expect(() => map(statuses, wanted)).toThrow(message);
  });
});

describe('the statuses that a project lacks', () => {
  it.each([
    [
      'statuses: ["To Do", "In Progress", "Done"]\n',
      'statuses: ["To Do", "In Progress", "In Review", "Failed", "Done"]\n',
    ],
    [
      'a: 1\nstatuses: [To Do, Doing, Done] # ours\nb: [x]\n',
      'a: 1\nstatuses: [To Do, Doing, "In Review", "Failed", Done] # ours\nb: [x]\n',
    ],
    [
      'statuses:\n  - To Do\n  - Doing\n  - Done\nb: 2\n',
      'statuses:\n  - To Do\n  - Doing\n  - "In Review"\n  - "Failed"\n  - Done\nb: 2\n',
    ],
    ['b: 2\n', null],
    ['statuses: []\n', null],
  ])('go before the last one: %j', (text, expected) => {
    expect(withStatuses(text, ['In Review', 'Failed'])).toBe(expected);
  });

  it('are those without a column, written into its file', async () => {
    const root = rootWith({ 'backlog/config.yml': 'statuses: ["To Do", "Doing", "Blocked", "Done"]\n' });
    const project = findProject(root);
    if (project === null) throw new Error('there is no project');
    expect(missingStatuses(project)).toEqual(['In Review']);
    expect(await insertStatuses(project, ['In Review'])).toBe(true);
    expect(readFileSync(project.configFile, 'utf8')).toBe(
      'statuses: ["To Do", "Doing", "Blocked", "In Review", "Done"]\n',
    );
  });
});

describe('an id', () => {
  it('has the form of the project', () => {
    const ids = ['13', 'task-13', 'TASK-2.1', 'GH-4', 'x'].map((id) => canonicalId(id, { prefix: 'task' }));
    expect(ids).toEqual(['TASK-13', 'TASK-13', 'TASK-2.1', 'GH-4', 'x']);
    const used = ['TASK-9', 'backlog/tasks/task-11.2 - A.md', 'task-x - B.md', 'bug-50 - C.md'];
    expect(nextId(used, { prefix: 'task', digits: 3 })).toBe('TASK-012');
    expect(nextId([], { prefix: 'task', digits: 0 })).toBe('TASK-1');
  });

  it('names its lock as Backlog.md does', () => {
    expect(['TASK-2.1', ' Task 1/é', '...'].map(taskLockName)).toEqual([
      'task-task-2.1',
      'task-task-1-',
      'task-unknown',
    ]);
  });
});
