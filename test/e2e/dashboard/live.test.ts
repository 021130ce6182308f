import { expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describeInBrowser, openPages } from '../../support/browser.ts';
import { openMills } from '../../support/daemon.ts';
import { tokenLine } from '../../support/fake-ollama.ts';

describeInBrowser('the dashboard of a daemon at work', () => {
  const newPage = openPages();
  const mill = openMills();

  it('shows what the model writes as it writes it, and comes back by itself after the daemon was gone', async () => {
    const { promise: goOn, resolve: letGoOn } = Promise.withResolvers<undefined>();
    const { start, drop, listFolder } = await mill({
      files: { 'a.js': 'export const a = 1;\n' },
      config: {
        server: { port: await freePort() },
        ollama: { defaultModel: 'ollama/m:7b', warmUp: false },
        sandbox: { mode: 'off' },
      },
      ollama: {
        models: [{ name: 'm:7b' }],
        script: () => async (response) => {
          response.writeHead(200, { 'content-type': 'application/x-ndjson' });
          response.write(tokenLine('First I look. ', 'm:7b'));
          await goOn;
          // A word is shown when it is whole, which only what follows can tell.
          response.write(tokenLine('Then I think. ', 'm:7b'));
          await once(response, 'close');
        },
      },
    });
    const daemon = start();
    const { url, invitation } = await daemon.until('server:listening');
    const { page, faults } = await newPage();
    await page.goto(invitation ?? '');
    await page.getByText('Live').first().waitFor();
    await drop('task-1.md', '---\nid: task-1\ntitle: Think\n---\n\nThink aloud.\n');
    await page.getByRole('link', { name: 'Think' }).click();
    const talk = page.getByRole('region', { name: 'What the model writes' });
    await talk.waitFor();
    await page.locator('.track [aria-current]', { hasText: 'code' }).waitFor();
    letGoOn(undefined);
    await talk.filter({ hasText: 'Then I think.' }).waitFor();

    void daemon.stop('SIGINT');
    await daemon.stop();
    await page.getByText('Disconnected').first().waitFor();
    expect(listFolder('todo')).toEqual(['task-1.md']);
    await drop('task-2.md', '---\nid: task-2\ntitle: Come later\ndependencies: [task-9]\n---\n\nLater.\n');
    await page.getByRole('link', { name: 'Board', exact: true }).click();

    const third = start();
    expect((await third.until('server:listening')).url).toBe(url);
    await page.getByText('Live').first().waitFor();
    await page.getByRole('link', { name: 'Come later' }).waitFor();
    await page.getByText('Read only').waitFor();
    expect(faults).toEqual([]);
    // Two signals of one kind that come together are one, which would let it wait for the ticket at work.
    void third.stop('SIGINT');
    await third.stop();
  }, 90_000);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
