import type { CDPSession } from 'playwright-core';
import { chromium } from 'playwright-core';
import { pastTickets } from '../../support/past.ts';
import { startPastMill } from '../../support/past-mill.ts';

/*
 * Measures the board over ten thousand tickets in a browser: `node test/e2e/dashboard/measure.ts [PATH OF CHROMIUM]`.
 * Times in milliseconds. No test, for a busy machine would fail it.
 */

const [executablePath = '/usr/bin/chromium'] = process.argv.slice(2);
const watching = `
  window.long = []; window.shift = 0;
  new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) window.long.push(Math.round(duration)); })
    .observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => { for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) window.shift += value; })
    .observe({ type: 'layout-shift', buffered: true });`;
const scrolling = `new Promise((resolve) => {
  const column = document.querySelector('.done .scroller');
  const times = []; let last = performance.now();
  const step = () => {
    const now = performance.now(); times.push(now - last); last = now;
    column.scrollTop += 900;
    if (times.length < 120) requestAnimationFrame(step);
    else { times.sort((a, b) => a - b); resolve({ p50: Math.round(times[60]), p95: Math.round(times[114]) }); }
  };
  requestAnimationFrame(step);
})`;

await using opened = new AsyncDisposableStack();
const { url } = await startPastMill(pastTickets(10_000, new Date()), { remembered: false, opened });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
opened.defer(() => browser.close());
for (const cache of ['cold', 'warm']) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(watching);
  await page.goto(`${url}/#/board`);
  await page.locator('.done .count', { hasText: '6600' }).waitFor();
  const paint = await page.evaluate(
    `Math.round(performance.getEntriesByName('first-contentful-paint')[0].startTime)`,
  );
  const loading = await page.evaluate('window.long.splice(0)');
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const before = await threadTime(session);
  const frames = await page.evaluate(scrolling);
  const after = await threadTime(session);
  const scrolled = await page.evaluate('window.long.splice(0)');
  await page.getByRole('searchbox').pressSequentially('webhook', { delay: 60 });
  await page.locator('.done .count', { hasText: /^(?!6600)\d+$/ }).waitFor();
  const bytes = await page.evaluate(
    `performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))
      .filter(({ name }) => !name.includes('/api/')).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`,
  );
  const searched = await page.evaluate('window.long.splice(0)');
  const rest = await page.evaluate(
    '({ shift: window.shift, elements: document.querySelectorAll("*").length })',
  );
  const longTasks = { loading, scrolled, searched };
  const cpuOfFrame = Object.fromEntries(
    Object.entries(after).map(([name, ms]) => [name, Number(((ms - (before[name] ?? 0)) / 120).toFixed(2))]),
  );
  const figures = { cache, firstPaint: paint, bytes, longTasks, frames, cpuOfFrame, rest };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  await page.close();
}

/** Milliseconds of the processor that the page took so far: what others take of it meanwhile is no part of that. */
async function threadTime(session: CDPSession): Promise<Record<string, number>> {
  const { metrics } = await session.send('Performance.getMetrics');
  const wanted = ['TaskDuration', 'ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration'];
  return Object.fromEntries(
    metrics.filter(({ name }) => wanted.includes(name)).map(({ name, value }) => [name, value * 1000]),
  );
}
