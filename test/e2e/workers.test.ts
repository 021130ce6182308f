import { describe, expect, it } from '@jest/globals';
import { askTicketmill } from '../../scripts/demo/place.ts';
import type { TicketReport } from '../../src/domain/command.ts';
import { editText, greetingTicket } from '../support/fleet.ts';
import { openFleets } from '../support/fleets.ts';
import { hasRedis } from '../support/redis-server.ts';

const describeHere = hasRedis ? describe : describe.skip;

const open = openFleets();

describeHere('a daemon whose changes are made by a worker (needs redis-server)', () => {
  it('publishes what the worker made, from its objects, and no secret passes through Redis', async () => {
    const password = ['only', 'for', 'machines'].join('-');
    const token = ['ghp', '_', 'k7Qm2Zt9'.repeat(5).slice(0, 36)].join('');
    const reveals = (text: string): boolean => text.includes('hello in task-2');
    const fleet = await open({
      password,
      code: (chat) =>
        reveals(JSON.stringify(chat.body))
          ? { text: editText.replace('\nHello', `\n${token}`) }
          : { text: `It is ${token}.\n\n${editText}` },
    });
    Object.assign(fleet.env, { REDIS_PASSWORD: password, GITHUB_TOKEN: token });
    using overheard = await fleet.redis.overhear();
    const worker = fleet.hire();
    await worker.until('daemon:started');
    const daemon = fleet.start();
    const { url } = await daemon.until('server:listening');
    await fleet.drop('task-1.md', `${greetingTicket('task-1')}\nThe token is ${token}.\n`);

    const settled = await daemon.until('ticket:settled');

    expect(settled).toMatchObject({ to: 'review', code: null });
    const report = (await askTicketmill(fleet, ['show', 'task-1', '--diff'])) as TicketReport;
    expect(report.diff).toContain('+Hello');
    expect(report.pullRequest).toMatchObject({ state: 'open' });
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/^ticketmill_queue_connected 1$/m);
    expect(metrics).toMatch(/^ticketmill_workers 1$/m);

    await fleet.drop('task-2.md', greetingTicket('task-2'));
    const { code } = await daemon.until('ticket:settled', ({ taskId }) => taskId === 'task-2');

    expect(code).toBe('GUARD_SECRET');
    const said = overheard.commands;
    expect(said.filter((command) => command.includes('Say hello in task-2'))).not.toEqual([]);
    expect(said.filter((command) => /^set \S+:parcel:/.test(command))).toHaveLength(1);
    expect(said.filter((command) => command.includes(token) || command.includes(password))).toEqual([]);
  }, 60_000);
});
