import { describe, expect, it } from '@jest/globals';
import type { CostReport } from '../../src/domain/costs.ts';
import { typed } from '../support/command-line.ts';
import { houseDouble } from '../support/house.ts';

const cwd = '/';
const cost = (usd: number, requests = 1) => ({ usd, input: 1200, output: 34, requests });

const report: CostReport = {
  since: null,
  total: cost(3.5, 20),
  today: cost(0.0021, 2),
  models: [
    { model: 'openai/dear', ...cost(3.5, 12) },
    { model: 'ollama/own', ...cost(0, 8) },
  ],
  providers: [
    { provider: 'openai', ...cost(3.5, 12) },
    { provider: 'ollama', ...cost(0, 8) },
  ],
  days: [{ date: '2026-01-09', ...cost(3.5, 20) }],
  tickets: Array.from({ length: 12 }, (_, index) => ({
    key: 'k'.repeat(64),
    id: index === 0 ? null : `task-${index}`,
    ...cost(0.25),
  })),
  projection: { dayUsd: 0.5, monthUsd: 15 },
  budget: { perDayUsd: 2, spentTodayUsd: 0.5, perTicketUsd: 1 },
  cache: { enabled: true, entries: 3, asked: 8, hits: 2, hitRate: 0.25, savedInput: 900, savedOutput: 100 },
  advice: [
    {
      category: 'testing',
      dear: { category: 'testing', model: 'openai/dear', attempts: 6, successes: 5, usd: 3 },
      cheap: { category: 'testing', model: 'ollama/own', attempts: 7, successes: 7, usd: 0 },
      savedUsd: 3,
    },
  ],
};

describe('ticketmill costs', () => {
  it('tells what was spent, what may be, and what could be spared', async () => {
    const house = houseDouble({ answers: { costs: () => report } });
    const { out, code } = await typed(['costs'], { cwd, house });
    expect(code).toBe(0);
    expect(house.asked).toEqual([{ command: 'costs', args: { since: null } }]);
    for (const part of [
      /so far +3\.50 USD +20 calls/,
      /today +0\.0021 USD/,
      /0\.50 USD a day, 15\.00 USD in thirty days/,
      /budget of a day +0\.50 USD of 2\.00 USD, 1\.50 USD left/,
      /of a ticket +1\.00 USD/,
      /openai\/dear +3\.50 USD/,
      /kkkkkkkk +0\.25 USD/,
      /and 2 more/,
      /2026-01-09 +3\.50 USD/,
      /3 answers are kept; 25 % \(2 of 8\) were answered from it, 1000 tokens spared/,
      /testing: ollama\/own did as well \(7 of 7, 0\.00 USD each\) as openai\/dear \(5 of 6, 0\.50 USD each\); with it 3\.00 USD less/,
    ])
      expect(out).toMatch(part);
  });

  it('tells that the day is spent, and leaves out what there is nothing to say of', async () => {
    const quiet: CostReport = {
      ...report,
      providers: [],
      budget: { perDayUsd: 2, spentTodayUsd: 2, perTicketUsd: null },
      cache: { ...report.cache, asked: 0 },
      advice: [],
    };
    const house = houseDouble({ answers: { costs: () => quiet } });
    const { out } = await typed(['costs'], { cwd, house });
    expect(out).toContain('spent: models that cost money are asked again tomorrow (UTC)');
    expect(out).not.toMatch(/kept answers|could be spared|providers|of a ticket/);
    const none = houseDouble({ answers: { costs: () => ({ ...quiet, total: cost(0, 0) }) } });
    expect((await typed(['costs'], { cwd, house: none })).out).toMatch(/^Nothing was asked of a model yet/);
  });

  it('begins on a day, and speaks to programs', async () => {
    const house = houseDouble({ answers: { costs: () => report } });
    const { json } = await typed(['costs', '--since', '2026-01-05', '--json'], { cwd, house });
    expect(json()).toEqual([report]);
    expect(house.asked).toEqual([{ command: 'costs', args: { since: '2026-01-05T00:00:00.000Z' } }]);
  });

  it.each(['yesterday', '2026-02-30', '2026-1-5'])('takes no day such as %s', async (since) => {
    const { err, code } = await typed(['costs', '--since', since], { cwd, house: houseDouble({}) });
    expect([code, err]).toEqual([2, expect.stringContaining(`--since is "${since}"; expected a day`)]);
  });
});
