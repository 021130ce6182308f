import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { WireChat } from '../../../scripts/demo/ollama-wire-chat.ts';
import { describeInBrowser, openPages } from '../../support/browser.ts';
import { openMills } from '../../support/daemon.ts';
import type { FakeAnswer } from '../../support/fake-ollama.ts';

const files = { 'src/greet.js': "export function greet(name) {\n  return 'Hi ' + name;\n}\n" };

/** Every change is held: its check is red before and after. */
const config = {
  ollama: { defaultModel: 'ollama/m:7b', warmUp: false },
  checks: { red: { run: ['false'] } },
  sandbox: { mode: 'off' },
};

describeInBrowser('what a person decides in the dashboard', () => {
  const newPage = openPages();
  const mill = openMills();

  it('is asked about, carried out, and seen on the board without a reload', async () => {
    const { start, drop } = await mill({
      files,
      config,
      ollama: { models: [{ name: 'm:7b' }], script: answerTo },
    });
    const daemon = start();
    const { invitation } = await daemon.until('server:listening');
    const { page, faults } = await newPage();
    await page.goto(invitation ?? '');
    await page.getByText('Nothing waits for you.').waitFor();

    await drop('task-1.md', '---\nid: task-1\ntitle: Say hello\n---\n\nSay hello.\n');
    await cardIn(page, 'Review', 'Say hello').waitFor();
    await page.getByText('Needs you').waitFor();

    await press(page, 'Merge: task-1 Say hello');
    await confirm(page, 'Merge');
    expect(await page.getByRole('alert').textContent()).toMatch(/task-1/);
    await page.getByRole('button', { name: 'Back' }).click();

    await press(page, 'Approve: task-1 Say hello');
    await page.getByRole('button', { name: 'Back' }).click();
    await press(page, 'Approve: task-1 Say hello');
    await confirm(page, 'Approve');
    await page.locator('.review .badge', { hasText: '#1' }).waitFor();

    await press(page, 'Reject: task-1 Say hello');
    await page.getByRole('textbox', { name: /Reason/ }).fill('Not like <b>this</b>');
    await confirm(page, 'Reject');
    await cardIn(page, 'Failed', 'Say hello').waitFor();

    await page.getByRole('link', { name: 'Failed', exact: true }).first().click();
    await page.getByText('Not like <b>this</b>').first().waitFor();
    await press(page, 'Retry: task-1 Say hello');
    await confirm(page, 'Retry');
    await page.getByText('Nothing failed').waitFor();

    await page.getByRole('link', { name: 'Board', exact: true }).click();
    await cardIn(page, 'Review', 'Say hello').waitFor();
    await page.getByRole('link', { name: 'Say hello' }).click();
    await page.getByRole('heading', { name: 'Say hello' }).waitFor();
    await press(page, 'Approve: task-1 Say hello');
    await confirm(page, 'Approve');
    await page.locator('.facts', { hasText: 'open' }).waitFor();
    await press(page, 'Merge: task-1 Say hello');
    await confirm(page, 'Merge');
    await page.locator('.ticket-crumbs', { hasText: 'Done' }).waitFor();

    await page.getByRole('link', { name: 'Changes' }).click();
    await page.getByText("return 'Hello ' + name;").waitFor();
    await page.locator('.finding', { hasText: 'An empty name' }).waitFor();
    expect(await page.locator('tr.finding-row').count()).toBe(1);
    expect(faults).toEqual([]);
    expect(await daemon.stop()).toBe(0);
  }, 90_000);

  it('ends a ticket that is at work', async () => {
    const { start, drop } = await mill({
      files,
      config,
      ollama: { models: [{ name: 'm:7b' }], script: () => ({ fault: 'stall', text: 'Thinking.' }) },
    });
    const daemon = start();
    const { invitation } = await daemon.until('server:listening');
    const { page, faults } = await newPage();
    await page.goto(invitation ?? '');
    await drop('task-2.md', '---\nid: task-2\ntitle: Take for ever\n---\n\nThink.\n');
    await cardIn(page, 'In progress', 'Take for ever').waitFor();
    await press(page, 'Cancel: task-2 Take for ever');
    await confirm(page, 'Cancel');
    await cardIn(page, 'Failed', 'Take for ever').waitFor();
    expect(faults).toEqual([]);
    expect(await daemon.stop()).toBe(0);
  }, 60_000);
});

function cardIn(page: Page, column: string, title: string) {
  return page.getByRole('region', { name: column, exact: true }).getByRole('link', { name: title });
}

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
}

/** Ends when the dialog has: by closing, or by saying why not. */
async function confirm(page: Page, name: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name, exact: true }).click();
  await page.locator('dialog[open]:not(:has([role=alert]))').waitFor({ state: 'detached' });
}

function answerTo({ messages, body }: WireChat): FakeAnswer {
  if (body['format'] !== undefined) {
    const { properties } = body['format'] as { properties: { nonce: { enum: string[] } } };
    const finding = {
      severity: 'LOW',
      category: 'bugs',
      file: 'src/greet.js',
      line: 2,
      message: 'An empty name.',
    };
    return { json: { nonce: properties.nonce.enum[0], summary: 'Sound.', findings: [finding] } };
  }
  return messages.some(({ role }) => role === 'assistant')
    ? { toolCalls: [{ name: 'done', arguments: { summary: 'It says hello.' } }] }
    : { toolCalls: [{ name: 'edit', arguments: { path: 'src/greet.js', old: "'Hi '", new: "'Hello '" } }] };
}
