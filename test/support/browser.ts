import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';

const program = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

/** For tests that look at the page; without a browser they are skipped, and their names say why. */
export function describeInBrowser(what: string, tests: () => void): void {
  (program === undefined ? describe.skip : describe)(`${what} (needs chromium)`, tests);
}

export type Look = { width?: number; height?: number; theme?: 'light' | 'dark' };

/** A page of a browser of its own, and everything that it did and should not have done. */
export type Watched = { page: Page; faults: string[] };

/** Gives pages, one browser a test file; call it once, inside a `describeInBrowser`. */
export function openPages(): (look?: Look) => Promise<Watched> {
  let browser: Browser | null = null;
  beforeAll(async () => {
    // Debian's chromium runs as root in containers only without its sandbox.
    const args = [
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--disable-gpu',
      '--force-prefers-reduced-motion',
    ];
    browser = await chromium.launch({ executablePath: program ?? '', args });
  }, 60_000);
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close();
  });
  afterAll(() => browser?.close());
  return async ({ width = 1440, height = 900, theme = 'light' } = {}) => {
    if (browser === null) throw new Error('The browser is opened before the tests.');
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme });
    const page = await context.newPage();
    // A machine that is busy with other tests is slow, not wrong; the test has a limit of its own.
    page.setDefaultTimeout(90_000);
    return { page, faults: watch(page) };
  };
}

/** Errors, refusals of the content security policy, windows that pop up, and requests that leave. */
function watch(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // A request that the server cannot answer, or refuses, is shown by the page itself.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(`console: ${message.text()}`);
  });
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('popup', (popup) => faults.push(`popup: ${popup.url()}`));
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (hostname !== '127.0.0.1' || protocol !== 'http:') faults.push(`request: ${request.url()}`);
  });
  return faults;
}
