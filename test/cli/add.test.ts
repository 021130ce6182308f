import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { writeFiles } from '../support/config-root.ts';
import { manualClock } from '../support/clock.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { typed } from '../support/command-line.ts';

describe('ticketmill add', () => {
  const directory = temporaryDirectories();

  it('writes a ticket under the next id of all folders', async () => {
    const cwd = directory();
    writeFiles(cwd, { 'backlog/done/task-41 - old.md': '---\nid: TASK-41\ntitle: Old\n---\n' });
    const argv = [
      'add',
      'Fix the login',
      '-d',
      'It fails.',
      '--ac',
      'one',
      '--ac',
      'two',
      '--priority',
      'high',
    ];
    const said = await typed([...argv, '--label', 'auth', '--model', 'ollama/m'], {
      cwd,
      clock: manualClock(),
    });
    expect(said).toMatchObject({ code: 0, out: 'task-42  task-42 - Fix-the-login.md\n', err: '' });
    expect(readFileSync(join(cwd, 'backlog/todo/task-42 - Fix-the-login.md'), 'utf8')).toBe(`---
id: task-42
title: Fix the login
status: To Do
assignee: []
created_date: '2026-01-02 10:00'
labels:
  - auth
dependencies: []
priority: high
model: ollama/m
---

## Description

<!-- SECTION:DESCRIPTION:BEGIN -->
It fails.
<!-- SECTION:DESCRIPTION:END -->

## Acceptance Criteria
<!-- AC:BEGIN -->
- [ ] #1 one
- [ ] #2 two
<!-- AC:END -->
`);
  });

  it('writes a list of tickets', async () => {
    const cwd = directory();
    writeFiles(cwd, {
      'list.json': [{ title: 'a' }, { title: 'b', labels: ['x'], acceptanceCriteria: ['c'] }],
    });
    const said = await typed(['add', '--from-json', 'list.json', '--json'], { cwd });
    expect(said.json()).toEqual([
      { id: 'task-1', file: 'task-1 - a.md' },
      { id: 'task-2', file: 'task-2 - b.md' },
    ]);
  });

  it.each([
    [['add'], 'No title was given'],
    [['add', ' '], 'No title was given'],
    [['add', 'x', '--from-json', 'list.json'], 'not both'],
    [['add', '--from-json', 'nowhere.json'], 'nowhere.json cannot be read'],
    [['add', '--from-json', 'list.json'], 'list.json[0].title is undefined'],
  ])('refuses %j', async (argv, reason) => {
    const cwd = directory();
    writeFiles(cwd, { 'list.json': [{ titel: 'a' }] });
    const said = await typed(argv, { cwd });
    expect(said.code).toBe(2);
    expect(said.err).toContain(reason);
    expect(readdirSync(cwd)).toEqual(['list.json']);
  });
});
