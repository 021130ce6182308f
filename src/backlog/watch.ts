import { basename, join } from 'node:path';
import type { FSWatcher } from 'chokidar';
import { watch } from 'chokidar';
import { lookAt } from '../files/stamp.ts';
import type { Clock } from '../ports.ts';
import { recordArrivals } from './record-arrivals.ts';
import { isTicketName } from './ticket-name.ts';

export type WatchOptions = {
  directories: readonly string[];
  clock: Clock;
  /** Milliseconds between two looks that need no event; the truth, while events are only a hint. */
  rescanMs: number;
  /** Something may have changed: look. Called a moment after an event, and at every rescan. */
  onChange: () => void;
  /** There are no events, for the reason given; rescans go on. Called once. */
  onDegraded: (mode: 'polling', reason: string) => void;
};

export type FolderWatch = {
  /** Whether a file is known to have come to its name by a rename and not to have been written since. */
  arrivedByRename: (path: string) => boolean;
  close: () => Promise<void>;
};

/** Milliseconds in which the events of one save are taken together. */
const gatherMs = 50;

/**
 * Watches folders. Events can be lost, and a folder that was removed and made again gives none any more, so each
 * rescan also looks whether the folders are still those that are watched, and watches anew when they are not.
 */
export async function watchFolders(options: WatchOptions): Promise<FolderWatch> {
  const { directories, clock, onChange } = options;
  const closing = new AbortController();
  const arrivals = recordArrivals();
  let degraded = false;
  let gathering = false;

  function degrade(error: unknown): void {
    if (degraded || closing.signal.aborted) return;
    degraded = true;
    options.onDegraded('polling', error instanceof Error ? error.message : String(error));
  }

  async function gather(): Promise<void> {
    if (gathering) return;
    gathering = true;
    await clock.wait(gatherMs, closing.signal);
    gathering = false;
    onChange();
  }

  function hear(event: string, path: string): void {
    if (!isTicketName(basename(path))) return;
    arrivals.hear(event, path);
    // Only the end of the watch rejects.
    gather().catch(() => undefined);
  }

  async function rearm(): Promise<void> {
    const found = await identify(directories);
    if (found === watched) return;
    await watcher.close();
    arrivals.forget();
    watcher = await arm(directories, hear, degrade);
    watched = found;
  }

  async function keepLooking(): Promise<never> {
    for (;;) {
      await clock.wait(options.rescanMs, closing.signal);
      await rearm().catch(degrade);
      arrivals.age();
      onChange();
    }
  }

  let watched = await identify(directories);
  let watcher = await arm(directories, hear, degrade);
  const looking = keepLooking().catch(() => undefined);

  return {
    arrivedByRename: arrivals.has,
    async close() {
      closing.abort();
      await looking;
      await watcher.close();
    },
  };
}

/** Resolves when events come, or when it is known that they will not. */
async function arm(
  directories: readonly string[],
  hear: (event: string, path: string) => void,
  degrade: (error: unknown) => void,
): Promise<FSWatcher> {
  const wanted = new Set(directories);
  const watcher = watch([...directories], {
    depth: 0,
    followSymlinks: false,
    ignoreInitial: true,
    atomic: false,
    // The raw events of the folders are all we want; a tree of many thousand files would be kept for nothing.
    ignored: (path) => !wanted.has(path),
  });
  watcher.on('raw', (event, name, details) => {
    const { watchedPath } = details as { watchedPath?: string };
    if (name !== null && watchedPath !== undefined) hear(event, join(watchedPath, name));
  });
  await new Promise<void>((resolve) => {
    watcher.on('ready', resolve);
    watcher.on('error', (error) => {
      degrade(error);
      resolve();
    });
  });
  return watcher;
}

/** Tells when one of the folders is another one than before, or gone. A new one may well get the old one's inode. */
async function identify(directories: readonly string[]): Promise<string> {
  const looks = await Promise.all(directories.map((directory) => lookAt(directory)));
  return looks
    .map((stats) => (stats === null ? 'none' : `${stats.dev}:${stats.ino}:${stats.birthtimeNs}`))
    .join(' ');
}
