import { adviseModels } from '../../domain/advise-models.ts';
import type { CostReport } from '../../domain/costs.ts';
import type { Rooms } from '../open-rooms.ts';

/** What was spent, what may be, and what could be spared. */
export function reportCosts({ observers, loaded, spending, cached }: Rooms, since: Date | null): CostReport {
  const { statistics } = observers;
  const { perDay, perTicket } = loaded.config.budget;
  return {
    ...statistics.costs(since),
    budget: {
      perDayUsd: perDay.usd ?? null,
      spentTodayUsd: spending.today(),
      perTicketUsd: perTicket.usd ?? null,
    },
    cache: cached(),
    advice: adviseModels(statistics.records(since)),
  };
}
