import { closeSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { FolderWatch } from '../../src/backlog/watch.ts';
import { watchFolders } from '../../src/backlog/watch.ts';
import { manualClock } from '../support/clock.ts';
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
  const backlog = await openBacklog(fresh(), { arrivedByRename: (path) => watch?.arrivedByRename(path) === true });
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
    expect(candidates[0]?.ticket?.brief).toBe('Do it.');
  });

  it('never takes a half-written file for one that arrived whole, however the looks fall', async () => {
    const { store, path } = await watchedBacklog();
    let taken = 0;
    for (let round = 0; round < 300; round += 1) {
      const file = openSync(path('todo', `t-${round % 20}.md`), 'w');
      const looking = store.candidates();
      for (let turn = 0; turn < round % 7; turn += 1) await setImmediate();
      writeSync(file, 'First half, ');
      const looks = [await looking, await store.candidates()];
      writeSync(file, 'second half.');
      closeSync(file);
      taken += looks.flat().filter((candidate) => candidate.settled).length;
    }
    expect(taken).toBe(0);
  });
});
