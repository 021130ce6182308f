import { describe, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askTicketmill, runTicketmill } from '../../scripts/demo/place.ts';
import type { RetryReport, StatusReport } from '../../src/domain/command.ts';
import type { ErrorReport } from '../../src/ports.ts';
import { openMills } from '../support/daemon.ts';

const files = {
  'package.json': '{ "type": "module" }\n',
  'src/greet.js': "export function greet(name) {\n  return 'Hi ' + name;\n}\n",
};

const config = {
  ollama: { defaultModel: 'ollama/coder:7b', warmUp: false },
  codeReview: { enabled: false },
  checks: {},
  retry: { minAgeMinutes: 0 },
  budget: { perTicket: { attempts: 3 } },
};

const ticket = `---
id: task-1
title: Say hello
created_date: '2026-01-02'
---

Nothing much.
`;

const edit = [
  'src/greet.js',
  '<<<<<<< SEARCH',
  "  return 'Hi ' + name;",
  '=======',
  "  return 'Hello ' + name;",
  '>>>>>>> REPLACE',
  'DONE: It greets.',
].join('\n');

const mill = openMills();

describe('a ticket that failed', () => {
  it('goes back when it says something else, with a daemon and without, and all of its history goes along', async () => {
    let answer = 'I would rather not.';
    const m = await mill({
      files,
      config,
      ollama: { models: [{ name: 'coder:7b', capabilities: ['completion'] }], script: () => answer },
    });
    const failed = (file: string): string => join(m.root, 'backlog/failed', file);
    const reportOf = (): ErrorReport =>
      JSON.parse(readFileSync(failed('task-1.error.json'), 'utf8')) as ErrorReport;
    const retry = async (...args: string[]): Promise<RetryReport> =>
      (await askTicketmill(m, ['retry-failed', ...args])) as RetryReport;
    const rewrite = (from: string, to: string): void =>
      writeFileSync(failed('task-1.md'), readFileSync(failed('task-1.md'), 'utf8').replace(from, to));

    const first = m.start({ args: ['--no-server'] });
    await first.until('daemon:started');
    await m.drop('task-1.md', ticket);
    expect(await first.until('ticket:settled')).toMatchObject({ to: 'failed' });
    const before = reportOf();

    expect(await retry()).toMatchObject({
      dryRun: false,
      groups: [{ errorType: before.errorType, tickets: [{ id: 'task-1', verdict: 'no', movedTo: null }] }],
    });
    rewrite('Nothing much.', 'Say hello instead of hi.');
    expect(await retry('--dry-run')).toMatchObject({
      groups: [{ tickets: [{ verdict: 'retry', movedTo: null }] }],
    });
    expect(m.listFolder('failed')).toEqual(['task-1.error.json', 'task-1.md']);
    expect(await retry()).toMatchObject({ groups: [{ tickets: [{ movedTo: 'task-1.md', retryCount: 1 }] }] });
    await first.until('ticket:settled', (event) => event.runId !== before.runId);
    const second = reportOf();
    expect(second).toMatchObject({ retryCount: 1 });
    expect(second.attempts.slice(0, before.attempts.length)).toEqual(before.attempts);
    expect(second.attempts.length).toBeGreaterThan(before.attempts.length);
    expect(await first.stop()).toBe(0);

    expect((await runTicketmill(m, ['retry-failed', '--task-id', 'task-1'])).code).toBe(1);
    const forced = await runTicketmill(m, ['retry-failed', '--task-id', '1', '--force']);
    expect(forced).toMatchObject({ code: 0, out: expect.stringContaining('1 of 1 went back to todo.') });
    expect(m.listFolder('failed')).toEqual([]);
    expect(m.listFolder('todo')).toEqual(['task-1.md']);

    answer = edit;
    const last = m.start({ args: ['--no-server', '--once'] });
    expect(await last.until('outcome')).toMatchObject({ settled: [{ id: 'task-1', state: 'review' }] });
    const { folders, degraded } = (await askTicketmill(m, ['status'])) as StatusReport;
    expect({ review: folders.review, degraded }).toEqual({ review: 1, degraded: [] });
  });
});
