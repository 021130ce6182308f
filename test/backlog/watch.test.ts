import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { FolderWatch } from '../../src/backlog/watch.ts';
import { watchFolders } from '../../src/backlog/watch.ts';
import type { ManualClock } from '../support/clock.ts';
import { manualClock } from '../support/clock.ts';
import { temporaryDirectories } from '../support/directory.ts';

const fresh = temporaryDirectories();
const onLinux = process.platform === 'linux' ? it : it.skip;
let watches: FolderWatch[] = [];

afterEach(async () => {
  for (const watch of watches) await watch.close();
  watches = [];
});

type Watched = { watch: FolderWatch; clock: ManualClock; calls: () => number; reasons: string[] };

async function watched(...directories: string[]): Promise<Watched> {
  const clock = manualClock();
  const reasons: string[] = [];
  let calls = 0;
  const watch = await watchFolders({
    directories,
    clock,
    rescanMs: 5000,
    onChange: () => (calls += 1),
    onDegraded: (mode, reason) => reasons.push(`${mode}: ${reason}`),
  });
  watches.push(watch);
  return { watch, clock, calls: () => calls, reasons };
}

/** Lets the event loop turn until it holds; a test that waits in vain ends by its time limit. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await setImmediate();
}

describe('watchFolders', () => {
  it('hints at a new ticket, once for all events of one moment', async () => {
    const folder = fresh();
    const { clock, calls } = await watched(folder);
    for (const name of ['a.md', 'b.md', 'c.md']) writeFileSync(join(folder, name), 'x');
    // One wait is the rescan's, the second is the hint's.
    await clock.untilWaiting(2);
    await clock.advance(50);
    expect(calls()).toBeGreaterThanOrEqual(1);
    expect(calls()).toBeLessThanOrEqual(2);
  });

  it('rescans without any event', async () => {
    const { clock, calls } = await watched(fresh());
    for (const expected of [1, 2, 3]) {
      await clock.advance(5000);
      await until(() => calls() === expected);
      await clock.untilWaiting(1);
    }
  });

  onLinux('ignores what can be no ticket', async () => {
    const folder = fresh();
    const { watch, clock } = await watched(folder);
    for (const name of ['.a.md', 'a.md~', 'a.tmp', 'a.txt']) writeFileSync(join(folder, name), 'x');
    writeFileSync(join(folder, '.last'), 'x');
    renameSync(join(folder, '.last'), join(folder, 'last.md'));
    await until(() => watch.arrivedByRename(join(folder, 'last.md')));
    // Exactly one hint is waiting: that of last.md.
    expect(clock.waiting()).toBe(2);
  });

  onLinux('tells a file moved in from one written in place', async () => {
    const folder = fresh();
    const { watch } = await watched(folder);
    writeFileSync(join(folder, 'written.md'), 'x');
    writeFileSync(join(folder, '.tmp'), 'x');
    renameSync(join(folder, '.tmp'), join(folder, 'moved.md'));
    await until(() => watch.arrivedByRename(join(folder, 'moved.md')));
    expect(watch.arrivedByRename(join(folder, 'written.md'))).toBe(false);
    writeFileSync(join(folder, 'moved.md'), 'more', { flag: 'a' });
    await until(() => !watch.arrivedByRename(join(folder, 'moved.md')));
  });

  it.each(['with a gap', 'without a gap'])(
    'hears again after its folder was removed and made anew, %s',
    async (gap) => {
      const folder = join(fresh(), 'todo');
      mkdirSync(folder);
      const { clock, calls, reasons } = await watched(folder);
      const rescan = async (): Promise<void> => {
        const before = calls();
        await clock.advance(5000);
        await until(() => calls() > before);
        await clock.untilWaiting(1);
        await clock.advance(50);
      };
      rmSync(folder, { recursive: true });
      if (gap === 'with a gap') await rescan();
      mkdirSync(folder);
      writeFileSync(join(folder, 'first.md'), 'x');
      await rescan();
      for (const name of ['second.md', 'third.md']) {
        const before = calls();
        writeFileSync(join(folder, name), 'x');
        await clock.untilWaiting(2);
        await clock.advance(50);
        await until(() => calls() > before);
      }
      expect(reasons).toEqual([]);
    },
  );

  it('starts over a folder that is not there yet', async () => {
    const folder = join(fresh(), 'todo');
    const { clock, calls } = await watched(folder);
    mkdirSync(folder);
    await clock.advance(5000);
    await until(() => calls() > 0);
    await clock.untilWaiting(1);
    writeFileSync(join(folder, 'a.md'), 'x');
    await clock.untilWaiting(2);
  });

  it('is silent once it was closed', async () => {
    const folder = fresh();
    const { watch, clock, calls } = await watched(folder);
    await watch.close();
    await clock.advance(60_000);
    expect(calls()).toBe(0);
    expect(clock.waiting()).toBe(0);
  });
});

const canLimit =
  spawnSync('unshare', ['-Ur', 'sh', '-c', 'echo 100 > /proc/sys/user/max_inotify_watches']).status === 0;
(canLimit ? describe : describe.skip)('without inotify (needs unshare and user name spaces)', () => {
  it.each([
    ['watches', 'ENOSPC'],
    ['instances', 'too many open files'],
  ])('goes on by rescans when there are no more %s, and says so', async (resource, reason) => {
    const program = fileURLToPath(new URL('../support/watch-folder.ts', import.meta.url));
    const limited = `echo 0 > /proc/sys/user/max_inotify_${resource} && exec "$0" "$@"`;
    const child = spawn('unshare', ['-Ur', 'sh', '-c', limited, process.execPath, program, fresh()], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [status] = (await once(child, 'close')) as [number];
    expect(output).toMatch(new RegExp(`^polling: .*${reason}`));
    expect(output.trim().split('\n').at(-1)).toBe('looked');
    expect(output.match(/polling/g)).toHaveLength(1);
    expect(status).toBe(0);
  });
});
