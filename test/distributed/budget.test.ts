import { describe, expect, it } from '@jest/globals';
import { askTicketmill } from '../../scripts/demo/place.ts';
import type { CostReport } from '../../src/domain/costs.ts';
import { edit, greetingTicket } from '../support/fleet.ts';
import { openFleets } from '../support/fleets.ts';
import { hasRedis } from '../support/redis-server.ts';

const describeHere = hasRedis ? describe : describe.skip;
const fleet = openFleets();

describeHere("a day's budget over workers (needs redis-server)", () => {
  it('is one for all of them: past it no model that costs money is asked, and tickets wait', async () => {
    let asked = 0;
    // Each call writes some twenty tokens, which cost about a dollar; a ticket asks twice.
    const f = await fleet({
      config: {
        routing: { allowPaid: true },
        budget: { perDay: { usd: 5 } },
        models: { 'ollama/coder': { price: { input: 0, output: 50_000 } } },
      },
      code: () => {
        asked += 1;
        return edit;
      },
    });
    const workers = [f.hire(), f.hire()];
    await Promise.all(workers.map((worker) => worker.until('daemon:started')));
    const daemon = f.start();
    const ids = Array.from({ length: 6 }, (_, index) => `task-${index + 1}`);
    for (const id of ids) await f.drop(`${id}.md`, greetingTicket(id));

    await Promise.all(
      ids.map((id) =>
        Promise.race([
          daemon.until('ticket:settled', ({ taskId }) => taskId === id),
          daemon.until('ticket:requeued', ({ taskId, code }) => taskId === id && code === 'MODEL_DAY_SPENT'),
        ]),
      ),
    );

    const { budget } = (await askTicketmill(f, ['costs'])) as CostReport;
    expect(budget).toMatchObject({ perDayUsd: 5 });
    expect(budget.spentTodayUsd).toBeGreaterThanOrEqual(5);
    // A call that was under way on the other worker may pass it.
    expect(budget.spentTodayUsd).toBeLessThanOrEqual(7);
    expect(asked).toBeLessThanOrEqual(4);
    const { length: reviewed } = f.listFolder('review').filter((file) => file.endsWith('.md'));
    expect(reviewed).toBeGreaterThanOrEqual(2);
    expect(f.listFolder('todo').filter((file) => file.endsWith('.md'))).toHaveLength(6 - reviewed);
    expect(daemon.events).toContainEqual(expect.objectContaining({ type: 'budget:day', limit: 5 }));
  }, 240_000);
});
