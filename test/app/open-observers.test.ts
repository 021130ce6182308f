import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openObservers } from '../../src/app/open-observers.ts';
import { resolvePaths } from '../../src/config/paths.ts';
import type { Event } from '../../src/domain/event.ts';
import { manualClock } from '../support/clock.ts';
import { loadWritten } from '../support/config-root.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { claimed, settled } from '../support/events.ts';
import { openLetterbox } from '../support/letters.ts';

const directory = temporaryDirectories();
const env = { HOME: '/home/somebody', GITHUB_TOKEN: 'ghp_0123456789abcdefghijABCDEFGHIJ0123' };

async function open(
  root: string,
  observe: (event: Event) => void = () => undefined,
  config: object = {},
  works = true,
) {
  const loaded = loadWritten(root, config, env);
  const paths = resolvePaths(loaded.config, root, env);
  await mkdir(paths.state, { recursive: true });
  const stack = new AsyncDisposableStack();
  const observers = await openObservers(loaded, paths, stack, {
    clock: manualClock(),
    env,
    console: null,
    observe,
    works,
  });
  return { observers, paths, stack };
}

describe('observers', () => {
  it('learn of every event: what runs, the log, the figures, the history, the run, and whoever asked', async () => {
    const seen: Event[] = [];
    const { observers, paths, stack } = await open(directory(), (event) => seen.push(event));
    observers.observe(claimed);
    expect(observers.runs.running()).toMatchObject([{ id: 'task-1' }]);
    observers.observe(settled);
    expect(seen).toEqual([claimed, settled]);
    expect(observers.runs.running()).toEqual([]);
    expect(observers.statistics.timeline('k').map(({ event }) => event.type)).toEqual([
      'ticket:claimed',
      'ticket:settled',
    ]);
    expect(await observers.metrics.text()).toMatch(/^ticketmill_/m);
    await stack.disposeAsync();
    expect(readFileSync(join(paths.state, 'runs/run-1/transcript.jsonl'), 'utf8').split('\n')).toHaveLength(
      3,
    );
    expect(existsSync(paths.logs)).toBe(true);
    expect(readFileSync(join(paths.logs, '.gitignore'), 'utf8')).toBe('*\n');
  });

  it('of a command open no log before there is a line for it, and count nothing', async () => {
    const idle = await open(directory(), undefined, {}, false);
    expect(await idle.observers.metrics.text()).toBe('');
    await idle.stack.disposeAsync();
    expect(readdirSync(idle.paths.logs)).toEqual(['.gitignore']);
    const { observers, paths, stack } = await open(directory(), undefined, {}, false);
    observers.observe(claimed);
    observers.observe(settled);
    await stack.disposeAsync();
    for (const name of ['watcher.log', 'processor.log'])
      expect(readFileSync(join(paths.logs, name), 'utf8')).toContain('task-1');
  });

  it('cannot hurt: one that fails is written down, and the others learn all the same', async () => {
    const { observers, paths, stack } = await open(directory(), () => {
      throw new Error('I am broken');
    });
    observers.observe(claimed);
    expect(observers.runs.running()).toHaveLength(1);
    await stack.disposeAsync();
    expect(readFileSync(join(paths.logs, 'error.log'), 'utf8')).toContain(
      'An observer of ticket:claimed failed: Error: I am broken',
    );
  });

  it('know the secrets that must not be told', async () => {
    const { observers, stack } = await open(directory());
    expect(observers.redact(`token ${env.GITHUB_TOKEN}`)).not.toContain(env.GITHUB_TOKEN);
    await stack.disposeAsync();
  });

  it('reach people beyond this machine, at the latest when they are released', async () => {
    await using box = await openLetterbox();
    const notifications = { webhook: { url: box.url, on: ['review'] } };
    const { observers, stack } = await open(directory(), undefined, { notifications });
    observers.observe(settled);
    await stack.disposeAsync();
    expect(box.letters.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      { data: { notices: [{ topic: 'review', text: 'pull request #1' }] } },
    ]);
  });

  it('begin a new history when the old one cannot be read, say so, and keep it', async () => {
    const root = directory();
    const first = await open(root);
    await first.stack.disposeAsync();
    writeFileSync(
      join(first.paths.state, 'state.db'),
      'this is no database, and it is long enough to show it',
    );
    const seen: Event[] = [];
    const { stack } = await open(root, (event) => seen.push(event));
    expect(seen).toMatchObject([
      { type: 'daemon:warning', message: expect.stringMatching(/^The history could not be read/) },
    ]);
    await stack.disposeAsync();
  });

  it('leave a folder for logs as it is that was there before, and take any level', async () => {
    const root = directory();
    await mkdir(join(root, 'logs'));
    const { paths, stack } = await open(root, undefined, { logging: { level: 'silly' } });
    expect(existsSync(join(paths.logs, '.gitignore'))).toBe(false);
    await stack.disposeAsync();
  });
});
