import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { OpenedHouse } from '../support/open-house.ts';
import { houseTicket, openHouses } from '../support/open-house.ts';

const houses = openHouses();
const never = new AbortController().signal;

/** Resolves with the first warning from now on that holds the words, once `act` was done. */
async function told({ events, next }: OpenedHouse, words: string, act: () => void): Promise<string> {
  const from = events.length;
  act();
  for (;;) {
    const more = next('daemon:warning');
    for (const event of events.slice(from))
      if (event.type === 'daemon:warning' && event.message.includes(words)) return event.message;
    await more;
  }
}

async function open() {
  const opened = await houses({ env: { NODE_ENV: 'staging' } });
  const daemon = await opened.start({ server: true });
  const file = join(opened.root, 'config.json');
  const before = JSON.parse(readFileSync(file, 'utf8')) as object;
  return {
    ...opened,
    variant: join(opened.root, 'config.staging.json'),
    write: (words: string, more: object | string): Promise<string> => {
      const text = typeof more === 'string' ? more : JSON.stringify({ ...before, ...more });
      return told(opened, words, () => writeFileSync(file, text));
    },
    degraded: async (): Promise<string[]> => (await opened.house.act('status', {}, never)).degraded,
    ask: async (path: string): Promise<unknown> => (await fetch(`${daemon.url ?? ''}${path}`)).json(),
    stop: async (): Promise<void> => {
      daemon.stop();
      await daemon.ended;
    },
  };
}

describe('a config that is written anew while the daemon runs', () => {
  it('changes nothing when it has faults: that is told, and shown until they are mended', async () => {
    const { write, degraded, ask, stop } = await open();
    const warning = await write('the last good one stays in force', '{ "git": ');
    expect(warning).toMatch(/^config: It has faults, .*config\.json:1:\d+/);
    expect(await degraded()).toEqual([warning]);
    expect(await ask('/health/ready')).toEqual({ ready: true, reasons: [], degraded: [warning] });
    expect(await ask('/health')).toMatchObject({ status: 'degraded' });

    const other = await write('commitMessageFormat', { git: { commitMessageFormat: '' } });
    expect(await degraded()).toEqual([other]);
    await write('in force as it is written', {});
    expect(await ask('/health/ready')).toEqual({ ready: true, reasons: [], degraded: [] });
    await stop();
  }, 180_000);

  it('counts for the next ticket as far as it can, and names what needs a restart', async () => {
    const opened = await open();
    const { write, degraded, variant, house, repository } = opened;
    const git = { commitMessageFormat: 'chore({id}): {title}' };
    expect(await write('read anew', { git, logging: { level: 'debug' }, gti: {} })).toBe(
      'The config was read anew; from now on: `git.commitMessageFormat`.',
    );
    expect(await degraded()).toEqual(['config: Restart the daemon: only its start reads `logging.level`.']);
    expect(opened.events).toContainEqual({ type: 'daemon:warning', message: expect.stringContaining('gti') });
    const over = { logging: { level: 'info' }, git: { commitMessageFormat: 'feat: {title} ({id})' } };
    await told(opened, 'in force as it is written', () => writeFileSync(variant, JSON.stringify(over)));
    expect(await degraded()).toEqual([]);

    const settled = opened.next('ticket:settled');
    await opened.drop('task-1.md', houseTicket('task-1'));
    expect(await settled).toMatchObject({ to: 'review' });
    const { branch } = await house.act('show', { id: 'task-1', diff: false }, never);
    expect(await repository.git('log', '-1', '--format=%s', branch ?? '')).toBe('feat: Say hello (task-1)');
    await told(opened, 'read anew', () => rmSync(variant));
    await opened.stop();
  }, 180_000);
});
