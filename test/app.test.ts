import { rename } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import type { Outcome } from '../src/app/house.ts';
import { houseTicket, openHouses } from './support/open-house.ts';

const never = new AbortController().signal;
const open = openHouses();
const nothing: Outcome = { settled: [], left: [] };

describe('a house in which a daemon works once', () => {
  it('brings a ticket to a pull request; afterwards commands take the lock themselves', async () => {
    const { house, start, drop, listFolder, repository } = await open();
    await drop('task-1.md', houseTicket('task-1'));
    const daemon = await start({ once: true });
    expect(await daemon.ended).toEqual({
      settled: [{ id: 'task-1', file: 'task-1.md', state: 'review', code: null }],
      left: [],
    });

    const shown = await house.act('show', { id: '1', diff: true }, never);
    expect(shown).toMatchObject({ state: 'review', pullRequest: { number: 1, state: 'open' } });
    expect(shown.diff).toContain("+  return 'Hello ' + name;");
    expect(await house.act('explain', { id: 'task-1' }, never)).toMatchObject({ verdict: 'hold' });
    expect(await house.act('status', {}, never)).toMatchObject({ daemon: null, folders: { review: 1 } });
    expect(await house.act('stop', {}, never)).toEqual({ stopping: false });

    expect(await house.act('merge', { id: 'task-1' }, never)).toMatchObject({
      state: 'done',
      pullRequest: { state: 'merged' },
    });
    expect(listFolder('done')).toEqual(['task-1.md']);
    expect(await repository.remoteGit('show', 'main:src/greet.js')).toContain("'Hello '");
    expect(await house.act('show', { id: 'task-1', diff: false }, never)).toMatchObject({ state: 'done' });
  }, 60_000);

  it('ends at once where nothing can be done, and says why', async () => {
    const { start, drop, ollama, house } = await open();
    expect(await (await start({ once: true })).ended).toEqual(nothing);
    await house.act('pause', {}, never);
    await drop('task-2.md', houseTicket('task-2'));
    expect(await (await start({ once: true })).ended).toEqual({
      settled: [],
      left: [{ id: 'task-2', file: 'task-2.md', reason: 'the work is paused', outage: false }],
    });
    await house.act('resume', {}, never);
    await ollama.close();
    const { left } = await (await start({ once: true })).ended;
    expect(left).toMatchObject([{ id: 'task-2', outage: true }]);
  }, 60_000);

  it('tries what an outage held up in an earlier life, without a wait', async () => {
    const { start, drop, repository } = await open();
    await drop('task-3.md', houseTicket('task-3'));
    const remote = repository.remote ?? '';
    await rename(remote, `${remote}-away`);
    const { settled, left } = await (await start({ once: true })).ended;
    const reason: unknown = expect.stringMatching(/remote\.git.*\(tried again in \d+ s\)$/s);
    expect({ settled, left }).toMatchObject({ settled: [], left: [{ id: 'task-3', reason, outage: true }] });
    await rename(`${remote}-away`, remote);
    expect(await (await start({ once: true })).ended).toMatchObject({
      settled: [{ id: 'task-3' }],
      left: [],
    });
  }, 60_000);
});

describe('a house in which a daemon runs', () => {
  it('does what it is asked through its lock, and lets no other one in', async () => {
    const { house, start, drop, next, listFolder, events } = await open();
    const daemon = await start({ server: true });
    expect(daemon.url).toMatch(/^http:/);
    await expect(start()).rejects.toMatchObject({
      code: 'ALREADY_RUNNING',
      message: expect.stringContaining(`(process ${process.pid})`),
    });

    expect(await house.act('pause', {}, never)).toEqual({ paused: true });
    await drop('task-1.md', houseTicket('task-1'));
    expect(await house.act('explain', { id: 'task-1' }, never)).toMatchObject({
      verdict: 'hold',
      reason: expect.stringContaining('paused'),
    });
    expect(await house.act('status', {}, never)).toMatchObject({
      queue: [{ id: 'task-1', verdict: 'hold', reason: expect.stringContaining('paused') }],
    });
    const settled = next('ticket:settled');
    expect(await house.act('resume', {}, never)).toEqual({ paused: false });
    expect(await settled).toMatchObject({ to: 'review', taskId: 'task-1' });
    expect(await house.act('status', {}, never)).toMatchObject({
      daemon: { pid: process.pid, url: daemon.url },
      paused: false,
      folders: { review: 1 },
      hosts: [{ healthy: true }],
    });
    expect(await house.act('reject', { id: 'task-1', reason: 'No.' }, never)).toMatchObject({
      state: 'failed',
    });
    expect(listFolder('failed')).toEqual(['task-1.error.json', 'task-1.md']);

    await expect(house.act('show', { id: 'none', diff: false }, never)).rejects.toMatchObject({
      code: 'TICKET_NOT_FOUND',
      exitCode: 2,
    });
    expect(await house.act('stop', {}, never)).toEqual({ stopping: true });
    expect((await daemon.ended).settled).toHaveLength(1);
    expect(events.at(-1)).toEqual({ type: 'daemon:stopped' });
    await expect(fetch(`${daemon.url}/health`)).rejects.toThrow();
  }, 60_000);

  it('ends a run that is cancelled, and puts back one that it has no time for', async () => {
    const { house, start, drop, ollama, listFolder } = await open({
      ollama: { script: () => ({ fault: 'hang' }) },
    });
    const daemon = await start();
    await drop('task-1.md', houseTicket('task-1'));
    await ollama.received('/api/chat');
    expect(await house.act('explain', { id: 'task-1' }, never)).toMatchObject({ verdict: 'running' });
    expect(await house.act('cancel', { id: 'task-1' }, never)).toMatchObject({
      state: 'failed',
      message: 'cancelled',
    });

    await drop('task-2.md', houseTicket('task-2'));
    await ollama.received('/api/chat', 2);
    daemon.stop();
    daemon.stop();
    expect(await daemon.ended).toMatchObject({ settled: [{ id: 'task-1', code: 'CANCELLED' }] });
    expect(listFolder('todo')).toEqual(['task-2.md']);
  }, 60_000);
});
