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
      { row: 1, ok: true, id: 'task-1', file: 'task-1 - a.md' },
      { row: 2, ok: true, id: 'task-2', file: 'task-2 - b.md' },
    ]);
  });

  it('reports on every row, and adds those that are tickets', async () => {
    const cwd = directory();
    const rows = [{ title: 'a' }, { titel: 'b' }, { title: 'c', priority: 'soon' }, { title: 'd' }];
    const stdin = rows.map((row) => JSON.stringify(row)).join('\n');
    const said = await typed(['add', '--from-json', '-', '--json'], { cwd, stdin });
    expect(said.code).toBe(1);
    expect(said.json()).toEqual([
      { row: 1, ok: true, id: 'task-1', file: 'task-1 - a.md' },
      { row: 2, ok: false, error: expect.stringMatching(/title is undefined.*; titel is no known key/) },
      { row: 3, ok: false, error: expect.stringContaining('priority') },
      { row: 4, ok: true, id: 'task-2', file: 'task-2 - d.md' },
    ]);
    expect(readdirSync(join(cwd, 'backlog/todo'))).toEqual(['task-1 - a.md', 'task-2 - d.md']);
    const told = await typed(['add', '--from-json', '-'], { cwd, stdin });
    expect(told.out).toMatch(/^task-3 .*\nrow 2 .*\nrow 3 .*\ntask-4 /);
    expect(told.err).toBe('2 of 4 tickets were added.\n');
  });

  it('asks on a terminal when nothing is given', async () => {
    const cwd = directory();
    const enter = '\r';
    const answers: [string, string][] = [
      ['in a line', enter],
      ['needs a title', `Fix it${enter}`],
      ['Where', `In a.ts${enter}`],
      ['done, 1', `it works${enter}`],
      ['done, 2', enter],
      ['How soon', `\x1b[A${enter}`],
      ['Labels', `x, web${enter}`],
    ];
    const said = await typed(['add'], { cwd, answers });
    expect(said).toMatchObject({ code: 0, out: 'task-1  task-1 - Fix-it.md\n' });
    const written = readFileSync(join(cwd, 'backlog/todo/task-1 - Fix-it.md'), 'utf8');
    for (const part of ['labels:\n  - x\n  - web', 'priority: high', 'In a.ts', '- [ ] #1 it works'])
      expect(written).toContain(part);
  });

  it.each([
    [['add'], 'No title was given'],
    [['add', ' '], 'No title was given'],
    [['add', 'x', '--from-json', 'list.json'], 'not both'],
    [['add', '--from-json', 'nowhere.json'], 'nowhere.json cannot be read'],
    [['add', '--from-json', 'torn.json'], 'torn.json is no JSON'],
  ])('refuses %j', async (argv, reason) => {
    const cwd = directory();
    writeFiles(cwd, { 'torn.json': '[{' });
    const said = await typed(argv, { cwd });
    expect(said.code).toBe(2);
    expect(said.err).toContain(reason);
    expect(readdirSync(cwd)).toEqual(['torn.json']);
  });
});
