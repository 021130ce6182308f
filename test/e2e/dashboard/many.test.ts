import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeInBrowser, openPages } from '../../support/browser.ts';
import { pastTickets } from '../../support/past.ts';
import type { PastMill } from '../../support/past-mill.ts';
import { startPastMill } from '../../support/past-mill.ts';

describeInBrowser('the board over ten thousand tickets', () => {
  const newPage = openPages();
  let mill: PastMill;
  const opened = new AsyncDisposableStack();
  beforeAll(async () => {
    mill = await startPastMill(pastTickets(10_000, new Date()), { remembered: false, opened });
  }, 120_000);
  afterAll(async () => opened.disposeAsync());

  it('draws the cards in sight alone, wherever one scrolls, and searches them all', async () => {
    const { page, faults } = await newPage();
    await page.goto(`${mill.url}/#/board`);
    await page.locator('.done .count', { hasText: '6600' }).waitFor();
    const cards = () => page.locator('.card').count();
    expect(await cards()).toBeLessThan(100);

    const done = page.locator('.done .scroller');
    await done.press('End');
    await page.locator('.done [aria-posinset="6600"] .ticket-id').waitFor();
    expect(await cards()).toBeLessThan(100);

    await page.getByRole('searchbox').fill('task-4321 ');
    await page.locator('a[href="#/ticket/task-4321"]').waitFor();
    await page.locator('.card').nth(1).waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
  }, 90_000);
});
