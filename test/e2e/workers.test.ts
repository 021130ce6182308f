import { afterEach, describe, expect, it } from '@jest/globals';
import { askTicketmill } from '../../scripts/demo/place.ts';
import type { TicketReport } from '../../src/domain/command.ts';
import { greetingTicket, openFleet } from '../support/fleet.ts';
import { hasRedis } from '../support/redis-server.ts';

const describeHere = hasRedis ? describe : describe.skip;

let opened = new AsyncDisposableStack();
afterEach(async () => {
  const before = opened;
  opened = new AsyncDisposableStack();
  await before.disposeAsync();
});

describeHere('a daemon whose changes are made by a worker (needs redis-server)', () => {
  it('publishes what the worker made, from its objects', async () => {
    const fleet = await openFleet({}, opened);
    const worker = fleet.hire();
    await worker.until('daemon:started');
    const daemon = fleet.start();
    await fleet.drop('task-1.md', greetingTicket('task-1'));

    const settled = await daemon.until('ticket:settled');

    expect(settled).toMatchObject({ to: 'review', code: null });
    const report = (await askTicketmill(fleet, ['show', 'task-1', '--diff'])) as TicketReport;
    expect(report.diff).toContain('+Hello');
    expect(report.pullRequest).toMatchObject({ state: 'open' });
  }, 60_000);
});
