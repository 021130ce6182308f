import { afterEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSandbox } from '../../src/workspace/sandbox.ts';
import { createWorkspaces } from '../../src/workspace/worktree.ts';
import type { WarmOrder } from '../../src/workspace/worktree.ts';
import { makeRepository, type TestRepository } from '../support/git-repository.ts';
import { openTestRepository } from '../support/open-test-repository.ts';

const never = new AbortController().signal;
const path = process.env['PATH'] ?? '/usr/bin:/bin';
const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** `look()` resolves when everything that there was to prepare then is prepared. */
function lookingClock() {
  let now = 0;
  let [looked, wake] = [Promise.withResolvers<undefined>(), (): void => undefined];
  return {
    monotonic: () => now,
    wait: (_ms: number, signal?: AbortSignal) => {
      looked.resolve(undefined);
      return new Promise<void>((resolve) => {
        wake = resolve;
        signal?.addEventListener('abort', () => resolve());
      });
    },
    first: () => looked.promise,
    look(laterMs = 0) {
      now += laterMs;
      looked = Promise.withResolvers();
      wake();
      return looked.promise;
    },
  };
}

async function setUp(setup: string[][] = [], made?: TestRepository) {
  const user = made ?? (await makeRepository());
  if (made === undefined) cleanUps.push(() => user.remove());
  const repository = await openTestRepository(user);
  const directory = join(user.home, 'worktrees');
  const workspaces = createWorkspaces({
    repository,
    sandbox: await createSandbox({ mode: 'off', path, userHome: user.home, warn: () => undefined }),
    ...{ directory, path, network: false, dependencies: 'auto', copy: [], setup },
    ...{ setupTimeoutMs: 60_000, maxOutput: 50_000 },
  });
  const clock = lookingClock();
  const faults: unknown[] = [];
  let ids = 0;
  const keep = (order: Partial<WarmOrder> = {}) => {
    const pool = workspaces.keepWarm({
      ...{ count: 1, clock, newId: () => `${(ids += 1)}`, hasRoom: () => Promise.resolve(true) },
      onFault: (error) => faults.push(error),
      ...order,
    });
    cleanUps.push(() => pool.close());
    return pool;
  };
  const open = (key: string) => workspaces.open({ key, base: null }, never);
  const there = async (): Promise<string[]> => (await readdir(directory).catch(() => [])).sort();
  return { user, workspaces, directory, clock, faults, keep, open, there };
}

const counting = ['sh', '-c', 'echo x >> "$HOME/../../set-up"; echo ready > .git-ignored-not'];

describe('worktrees that are kept ready', () => {
  it('are set up before a ticket comes, become its own where they lie, and are replaced', async () => {
    const { user, directory, keep, open, clock, there } = await setUp([counting]);
    const pool = keep();
    await clock.first();
    expect(pool.ready()).toBe(1);
    expect(await there()).toEqual(['set-up', 'spare-1']);
    const opened = await open('ticket');
    expect(opened.directory).toBe(join(directory, 'spare-1/ticketmill-spare-1'));
    expect(await readFile(join(directory, 'spare-1/workspace.json'), 'utf8')).toContain('"key":"ticket"');
    await writeFile(join(opened.directory, 'README.md'), '# Changed\n');
    const { files, tree } = await opened.capture(never);
    expect(files.map(({ path: name }) => name)).toEqual(['.git-ignored-not', 'README.md']);
    expect(await user.git('cat-file', 'blob', `${tree}:README.md`)).toBe('# Changed');
    await clock.look();
    expect(await readFile(join(directory, 'set-up'), 'utf8')).toBe('x\nx\n');
    await opened.close({ keep: false });
    expect(await there()).toEqual(['set-up', 'spare-2']);
    await pool.close();
    expect(await there()).toEqual(['set-up']);
    expect((await user.git('worktree', 'list')).split('\n')).toHaveLength(1);
  });

  it('are thrown away when the base has moved, and when they are old', async () => {
    const { user, keep, open, clock, there } = await setUp();
    const pool = keep({ count: 2 });
    await clock.first();
    expect(await there()).toEqual(['spare-1', 'spare-2']);
    const moved = await user.commit({ 'new.txt': 'new\n' }, 'second');
    await user.git('push', '-q', 'origin', 'HEAD');
    const opened = await open('ticket');
    expect(opened.base.sha).toBe(moved);
    expect(existsSync(join(opened.directory, 'new.txt'))).toBe(true);
    await clock.look();
    expect(await there()).toEqual(['spare-3', 'spare-4', 'ticket']);
    await clock.look(60 * 60_000);
    expect(await there()).toEqual(['spare-5', 'spare-6', 'ticket']);
    expect(pool.ready()).toBe(2);
    await opened.close({ keep: false });
  });

  it('are not used once somebody has removed or moved them, and not made without room or where setting up fails', async () => {
    const { directory, keep, open, clock, there } = await setUp();
    const pool = keep({ count: 2 });
    await clock.first();
    await rm(join(directory, 'spare-1/ticketmill-spare-1'), { recursive: true });
    await rename(join(directory, 'spare-2/ticketmill-spare-2'), join(directory, 'spare-2/elsewhere'));
    for (const key of ['one', 'two']) {
      const opened = await open(key);
      expect(opened.directory).toBe(join(directory, `${key}/ticketmill-${key}`));
      await opened.close({ keep: false });
      // Nothing is put in their place while this test looks.
      await pool.close();
    }
    expect(await there()).toEqual([]);
    const full = await setUp();
    expect(full.keep({ hasRoom: () => Promise.resolve(false) }).ready()).toBe(0);
    await full.clock.first();
    expect(await full.there()).toEqual([]);
    const broken = await setUp([['sh', '-c', 'exit 3']]);
    broken.keep();
    await broken.clock.first();
    expect(broken.faults).toMatchObject([{ code: 'SETUP_FAILED' }]);
    expect(await broken.there()).toEqual([]);
  });

  it('of a life that was killed are swept, whatever it had come to; a ticket’s work in one stays', async () => {
    const { user, workspaces, directory, keep, open, clock, there } = await setUp();
    const pool = keep({ count: 3 });
    await clock.first();
    const worked = await open('worked');
    await writeFile(join(worked.directory, 'README.md'), '# Work\n');
    await clock.look();
    expect(await there()).toEqual(['spare-1', 'spare-2', 'spare-3', 'spare-4']);
    // Two were being made: before git knew where, and before anything was checked out. The last is ready.
    const dotGit = await readFile(join(directory, 'spare-2/ticketmill-spare-2/.git'), 'utf8');
    await writeFile(join(dotGit.replace('gitdir: ', '').trim(), 'gitdir'), '');
    await rm(join(directory, 'spare-3/git'), { recursive: true });
    await rm(join(directory, 'spare-3/dot-git'));
    const next = await setUp([], user);
    expect(await next.workspaces.sweep(new Set())).toEqual(['worked']);
    expect(await there()).toEqual(['spare-1']);
    expect((await user.git('worktree', 'list')).split('\n')).toHaveLength(2);
    // Its next run begins afresh, elsewhere.
    const again = await next.open('worked');
    expect(existsSync(worked.directory)).toBe(false);
    await again.close({ keep: false });
    await pool.close();
    expect(await workspaces.sweep(new Set())).toEqual([]);
  });
});
