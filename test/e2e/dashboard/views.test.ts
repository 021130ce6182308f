import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describeInBrowser, openPages } from '../../support/browser.ts';
import { pastTickets } from '../../support/past.ts';
import type { PastMill } from '../../support/past-mill.ts';
import { startPastMill } from '../../support/past-mill.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Every view, and what shows that it has come. */
const views: [name: string, hash: string, sign: string][] = [
  ['board', '#/board', '.card .ticket-id'],
  ['one state of the board', '#/board?state=review', '.card .ticket-id'],
  ['a search', '#/board?q=webhook', '.card .ticket-id'],
  ['a done ticket', '#/ticket/task-3', '.timeline li'],
  ['a failed ticket', '#/ticket/task-133', '.timeline li'],
  ['changes', '#/ticket/task-3/changes', '.notice-title'],
  ['transcript', '#/ticket/task-3/transcript', '.notice-title'],
  ['models', '#/models', '.histogram'],
  ['trends', '#/trends', '.chart svg'],
  ['failed', '#/failed', '.failed-tickets li'],
  ['a ticket that is not there', '#/ticket/task-999', '.trouble'],
];

describeInBrowser('the dashboard over two hundred tickets', () => {
  const newPage = openPages();
  let mill: PastMill;
  const opened = new AsyncDisposableStack();
  beforeAll(async () => {
    mill = await startPastMill(pastTickets(200, new Date()), { remembered: true, opened });
  }, 60_000);
  afterAll(async () => opened.disposeAsync());

  it.each([
    ['light', 'all'],
    ['dark', 'contrast'],
  ] as const)(
    'has no serious fault of accessibility in any view (%s: %s)',
    async (theme, rules) => {
      const { page, faults } = await newPage({ theme });
      for (const [name, hash, sign] of views) {
        await show(page, hash, sign);
        expect({ name, serious: await seriousFaults(page, rules) }).toEqual({ name, serious: [] });
      }
      expect(faults).toEqual([]);
    },
    60_000,
  );

  it('needs no scrolling aside at the width of a phone', async () => {
    const { page, faults } = await newPage({ width: 360, height: 740 });
    for (const [name, hash, sign] of views) {
      await show(page, hash, sign);
      const wide = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect({ name, fits: wide <= 0 }).toEqual({ name, fits: true });
      const spills = await page.evaluate<boolean>(
        '((row) => row.scrollHeight > row.clientHeight)(document.querySelector(".masthead-row"))',
      );
      expect({ name, spills }).toEqual({ name, spills: false });
    }
    expect(faults).toEqual([]);
  }, 30_000);

  it('shows each ticket in the column of its state, and finds those with the words', async () => {
    const { page, faults } = await newPage();
    await show(page, '#/board', '.card .ticket-id');
    expect(await counts(page)).toEqual({
      'To do': '28',
      'In progress': '0',
      Review: '16',
      Done: '132',
      Failed: '24',
    });

    await page.getByRole('searchbox').fill('webhook WORKER');
    await page.waitForURL(/q=webhook/);
    await page.locator('.done .count', { hasText: /^(?!132)\d+$/ }).waitFor();
    await page.locator('.done .card-title').first().waitFor();
    const found = await page.locator('.done .card-title').allTextContents();
    expect(new Set(found)).toEqual(new Set(['Retry webhook deliveries with back-off']));
    expect((await counts(page))['In progress']).toBe('0');

    await page.getByRole('searchbox').fill('nothing has these words');
    await page.getByText('No match').nth(4).waitFor();
    expect(faults).toEqual([]);
  }, 30_000);

  it('is used with the keyboard: skip link, search, filter, ticket, tabs', async () => {
    const { page, faults } = await newPage();
    await show(page, '#/board', '.card .ticket-id');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Search tickets');
    await page.getByRole('link', { name: 'Failed', exact: true }).last().focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/state=failed/);
    await page.locator('.single .card-title a').first().focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/ticket/);
    await page.getByRole('link', { name: 'Transcript' }).press('Enter');
    await page.getByText('No transcript').waitFor();
    expect(faults).toEqual([]);
  }, 30_000);

  it('tells of models and of trends in figures that can be read as text', async () => {
    const { page, faults } = await newPage();
    await show(page, '#/models', '.histogram');
    await page.getByText('Circuit closed').waitFor();
    expect(await page.locator('.recommendation').textContent()).toContain('Keep ollama/qwen2.5-coder:7b');
    expect(await page.locator('.histogram').first().getAttribute('aria-label')).toMatch(/up to .*: \d+/);
    await show(page, '#/trends?days=90', '.chart svg');
    const titles = await page.locator('.chart h2').allTextContents();
    expect(titles).toEqual([
      'Throughput',
      'Success rate',
      'Time to pull request',
      'Cost a day',
      'Failures by class',
      'Why runs failed',
    ]);
    await page.getByText('Numbers').first().click();
    expect(await page.getByRole('region', { name: 'Numbers: Throughput' }).locator('tbody tr').count()).toBe(
      90,
    );
    expect(faults).toEqual([]);
  }, 30_000);

  it('keeps the colours that were chosen', async () => {
    const { page, faults } = await newPage({ theme: 'light' });
    await show(page, '#/failed', '.failed-tickets li');
    const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const light = await ground();
    await page.getByRole('button', { name: /Colours/ }).click();
    await page.getByRole('button', { name: /Colours: Light/ }).click();
    await page.locator('[data-theme=dark]').waitFor();
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.reload();
    await page.locator('.failed-tickets li').first().waitFor();
    expect(await ground()).toBe(dark);
    expect(faults).toEqual([]);
  }, 30_000);

  it('lets those who have no session look and not act', async () => {
    const { page, faults } = await newPage();
    await show(page, '#/failed', '.failed-tickets li');
    await page.getByText('Read only').waitFor();
    expect(
      await page
        .getByRole('button', { name: /^Retry/ })
        .first()
        .isDisabled(),
    ).toBe(true);
    expect(faults).toEqual([]);
  }, 30_000);

  async function show(page: Page, hash: string, sign: string): Promise<void> {
    await page.goto(`${mill.url}/${hash}`);
    await page.locator(sign).first().waitFor();
  }
});

/** In other colours nothing but the contrast can have changed. */
async function seriousFaults(page: Page, rules: 'all' | 'contrast'): Promise<string[]> {
  // The content security policy forbids to add a script to the page; the debugger may evaluate all the same.
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axe);
  const only = rules === 'contrast' ? "runOnly: ['color-contrast']," : '';
  const found = await page.evaluate<{
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  }>(`axe.run(document, { ${only} resultTypes: ['violations'] })`);
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
}

async function counts(page: Page): Promise<Record<string, string>> {
  const names = await page.locator('.column h2').allTextContents();
  const numbers = await page.locator('.column-head .count').allTextContents();
  return Object.fromEntries(names.map((name, i) => [name, numbers[i] ?? '']));
}

function focused(page: Page): Promise<string> {
  return page.evaluate<string>(
    'document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent',
  );
}
