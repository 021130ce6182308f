import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { FolderWatch } from '../../src/backlog/watch.ts';
import { watchFolders } from '../../src/backlog/watch.ts';
import { manualClock } from '../support/clock.ts';
import { realClock } from '../support/real-clock.ts';
import { temporaryDirectories } from '../support/directory.ts';
import type { Backlog } from '../support/folder-store.ts';
import { openBacklog } from '../support/folder-store.ts';

const fresh = temporaryDirectories();
let watch: FolderWatch | null = null;

afterEach(async () => {
  await watch?.close();
  watch = null;
});

/** Store and watcher together; time stands still, so nothing is ever taken for being quiet. */
async function watchedBacklog(): Promise<Backlog> {
  const clock = { monotonic: () => 0, wait: (ms: number) => realClock.wait(ms) };
  const backlog = await openBacklog(fresh(), {
    clock,
    arrivedByRename: (path) => watch?.arrivedByRename(path) === true,
  });
  watch = await watchFolders({
    directories: [join(backlog.root, 'todo')],
    clock: manualClock(),
    rescanMs: 5000,
    onChange: () => undefined,
    onDegraded: () => undefined,
  });
  return backlog;
}

(process.platform === 'linux' ? describe : describe.skip)('how a file came to its name (needs Linux)', () => {
  it('is known of one renamed within the same tick in which it was written', async () => {
    const { store, path } = await watchedBacklog();
    writeFileSync(path('todo', '.new'), 'Do it.');
    renameSync(path('todo', '.new'), path('todo', 'a.md'));
    let candidates = await store.candidates();
    while (candidates[0]?.settled !== true) candidates = await store.candidates();
    expect(candidates[0]).toMatchObject({ id: 'a', problem: null });
  });

  it('never takes a half-written file for one that arrived whole, however the looks fall', async () => {
    const { root, store } = await watchedBacklog();
    const writer = spawn(process.execPath, ['-e', slowWriter, join(root, 'todo')], { stdio: 'inherit' });
    const done = once(writer, 'close');
    let taken = 0;
    while (writer.exitCode === null) {
      const candidates = await store.candidates();
      taken += candidates.filter((candidate) => candidate.settled).length;
    }
    await done;
    expect(writer.exitCode).toBe(0);
    expect(taken).toBe(0);
  });
});

/** Creates files in place and writes each in two halves, with pauses as long as a look takes. */
const slowWriter = `
  const fs = require('node:fs');
  const pause = (us) => { const end = process.hrtime.bigint() + BigInt(us * 1000); while (process.hrtime.bigint() < end); };
  for (let round = 0; round < 1500; round += 1) {
    const path = process.argv[1] + '/t-' + (round % 5) + '.md';
    fs.rmSync(path, { force: true });
    const file = fs.openSync(path, 'wx');
    pause((round * 37) % 700);
    fs.writeSync(file, 'First half, ');
    pause((round * 53) % 900);
    fs.writeSync(file, 'second half.');
    fs.closeSync(file);
  }
`;
