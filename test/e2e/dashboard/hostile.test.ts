import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { showHidden } from '../../../src/domain/untrusted.ts';
import type { WireChat } from '../../../scripts/demo/ollama-wire-chat.ts';
import { describeInBrowser, openPages } from '../../support/browser.ts';
import { openMills } from '../../support/daemon.ts';
import type { FakeAnswer } from '../../support/fake-ollama.ts';
import type { PastTicket } from '../../support/past.ts';
import type { PastMill } from '../../support/past-mill.ts';
import { startPastMill } from '../../support/past-mill.ts';
import { payloads } from './payloads.ts';

/** A change with hidden characters is refused before anybody sees it. */
const visible = payloads.filter((text) => showHidden(text) === text);

describeInBrowser('hostile text', () => {
  const newPage = openPages();
  const mill = openMills();
  let past: PastMill;
  const opened = new AsyncDisposableStack();
  beforeAll(async () => {
    past = await startPastMill(payloads.map(hostileTicket), { remembered: true, opened });
  }, 60_000);
  afterAll(async () => opened.disposeAsync());

  it.each(['#/board?state=todo', '#/board?state=failed', '#/failed'])(
    'in titles, labels and messages is shown as it is written: %s',
    async (hash) => {
      const { page, faults } = await newPage({ height: 6000 });
      await trap(page);
      await page.goto(`${past.url}/${hash}`);
      if (hash === '#/failed') await page.locator('details > summary').click();
      const expected = payloads.filter((_, i) => (hash === '#/board?state=todo') === (i % 2 === 0));
      for (const text of expected)
        await page
          .getByRole('link', { name: showHidden(text).trim(), exact: true })
          .first()
          .waitFor();
      await expectHarmless(page, faults);
    },
    60_000,
  );

  it('in a ticket is shown as it is written', async () => {
    const { page, faults } = await newPage();
    await trap(page);
    for (const [i, text] of payloads.entries()) {
      await page.goto(`${past.url}/#/ticket/task-${i + 1}`);
      await page.getByRole('heading', { name: showHidden(text).trim(), exact: true }).waitFor();
      await page.locator('.prose').waitFor();
    }
    await expectHarmless(page, faults);
  }, 60_000);

  it('in what models say, change and find is shown as it is written', async () => {
    const { start, drop } = await mill({
      files: { 'a.html': '<p>1</p>\n' },
      config: {
        ollama: { defaultModel: 'ollama/m:7b', warmUp: false },
        sandbox: { mode: 'off' },
        codeReview: { onBlock: 'comment' },
      },
      ollama: { models: [{ name: 'm:7b' }], script: answerTo },
    });
    const daemon = start();
    const { url } = await daemon.until('server:listening');
    const { page, faults } = await newPage();
    await trap(page);
    await page.goto(url);
    await drop('task-1.md', '---\nid: task-1\ntitle: Be harmless\n---\n\nChange it.\n');
    const settled = await daemon.until('ticket:settled');
    expect(settled).toMatchObject({ to: 'review', code: null });
    await page
      .getByRole('region', { name: 'Review', exact: true })
      .getByRole('link', { name: 'Be harmless' })
      .click();
    await page.locator('.timeline li').first().waitFor();
    await page.getByRole('link', { name: 'Changes' }).click();
    await page.locator('.diff .added').first().waitFor();
    const diff = (await page.locator('.diff').textContent()) ?? '';
    for (const text of visible) expect(diff).toContain(text);
    expect(await page.locator('.finding').count()).toBe(payloads.length);
    await page.getByRole('link', { name: 'Transcript' }).click();
    await page.locator('.transcript li').first().waitFor();
    await expectHarmless(page, faults);
    expect(await daemon.stop()).toBe(0);
  }, 90_000);
});

function hostileTicket(text: string, i: number): PastTicket {
  const failed = i % 2 === 1;
  return {
    number: i + 1,
    title: text,
    state: failed ? 'failed' : 'todo',
    labels: [text],
    priority: 'high',
    model: text,
    time: new Date(),
    description: `${text}\n\n## Acceptance Criteria\n- [ ] #1 ${text}`,
    ...(failed ? { code: 'NO_CHANGES' as const, message: text } : {}),
  };
}

async function trap(page: Page): Promise<void> {
  await page.addInitScript('window.hits = 0; window.hit = () => { window.hits += 1; };');
}

/** Elements that the page never makes. */
const foreign = 'script, img, iframe, object, embed, link, base, meta, form, video, audio, style, template';

async function expectHarmless(page: Page, faults: string[]): Promise<void> {
  const seen = await page.evaluate(`({
    hits: window.hits,
    foreign: document.querySelectorAll('#app :is(${foreign})').length,
    addresses: [...document.querySelectorAll('#app a:not([href^="#"])')].map((a) => a.href),
  })`);
  expect(seen).toEqual({ hits: 0, foreign: 0, addresses: [] });
  expect(faults).toEqual([]);
}

function answerTo({ messages, body }: WireChat): FakeAnswer {
  if (body['format'] !== undefined) {
    const { properties } = body['format'] as { properties: { nonce: { enum: string[] } } };
    const findings = payloads.map((message, i) => ({
      severity: 'LOW',
      category: 'style',
      file: 'a.html',
      line: i + 1,
      message: message.trim(),
      suggestion: message,
    }));
    return { json: { nonce: properties.nonce.enum[0], summary: payloads[7], findings } };
  }
  const text = payloads.join(' ');
  return messages.some(({ role }) => role === 'assistant')
    ? { text, toolCalls: [{ name: 'done', arguments: { summary: text } }] }
    : {
        text,
        toolCalls: [{ name: 'write', arguments: { path: 'a.html', content: `${visible.join('\n')}\n` } }],
      };
}
