import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../config/environment.ts';
import { loadConfig } from '../config/load.ts';
import type { LoadedConfig } from '../config/load.ts';
import { layerFiles } from '../config/read-file-layers.ts';
import { reload } from '../config/reload.ts';
import type { Observe } from '../domain/event.ts';
import { repeatEvery } from '../pipeline/repeat-every.ts';
import type { Rooms } from './open-rooms.ts';

/** Milliseconds between two looks at the config files: as long must they be left alone before they are read. */
const lookEveryMs = 500;

/**
 * Takes over what can change while the daemon runs, from a config that was written anew: `rooms.loaded` holds it from
 * then on. One with faults changes nothing. What is not in force as it is written stands in `rooms.degraded`.
 */
export function followConfig(rooms: Rooms, env: Environment, stack: AsyncDisposableStack): void {
  const { loaded, clock, story } = rooms;
  const ended = new AbortController();
  const tell = teller(rooms.degraded, story.observe);
  let read = '';
  let seen = '';
  const look = async (): Promise<void> => {
    const now = await fingerprint(loaded, env);
    const isStill = now === seen;
    seen = now;
    if (!isStill || now === read) return;
    read = now;
    tell(takeOver(loaded, env));
  };
  const following = repeatEvery(lookEveryMs, look, {
    clock,
    signal: ended.signal,
    onFault: (error) => tell({ news: [], trouble: `The files could not be looked at: ${String(error)}` }),
  });
  stack.defer(() => {
    ended.abort();
    return following;
  });
}

/** What a person is told once, and what is not in force as it is written; empty where that is nothing. */
type Word = { news: string[]; trouble: string };

function takeOver(loaded: LoadedConfig, env: Environment): Word {
  const { root, file } = loaded;
  try {
    const configFile = file === null ? {} : { configFile: file };
    const wanted = loadConfig({ cwd: root, root, env, ...configFile });
    const { config, changed, waiting } = reload(loaded.config, wanted.config);
    const doubts = wanted.warnings.filter((warning) => !loaded.warnings.includes(warning));
    Object.assign(loaded, { config, warnings: wanted.warnings });
    const names = (keys: string[]): string => keys.map((key) => `\`${key}\``).join(', ');
    const news = changed.length === 0 ? [] : [`The config was read anew; from now on: ${names(changed)}.`];
    return {
      news: [...news, ...doubts],
      trouble: waiting.length === 0 ? '' : `Restart the daemon: only its start reads ${names(waiting)}.`,
    };
  } catch (error) {
    const words = (error as Error).message.replace(/\s+/g, ' ');
    const trouble = `It has faults, so the last good one stays in force until they are mended: ${words}`;
    return { news: [], trouble };
  }
}

/** Tells what is new, and keeps the trouble where `status` and `/health` show it until it is over. */
function teller(degraded: string[], observe: Observe): (word: Word) => void {
  let kept: string | null = null;
  return ({ news, trouble }) => {
    const isOver = kept !== null && trouble === '';
    if (kept !== null) degraded.splice(degraded.indexOf(kept), 1);
    kept = trouble === '' ? null : `config: ${trouble}`;
    if (kept !== null) degraded.push(kept);
    const told = [...news, kept ?? [], isOver ? 'The config is in force as it is written.' : []].flat();
    for (const message of told) observe({ type: 'daemon:warning', message });
  };
}

/** Changes whenever one of the files that make up the config does. */
async function fingerprint({ root, file }: LoadedConfig, env: Environment): Promise<string> {
  const files = layerFiles(file ?? join(root, 'config.json'), env['NODE_ENV']);
  const stats = await Promise.all(files.map((path) => stat(path).catch(() => null)));
  return stats
    .map((each) => (each === null ? '-' : `${each.ino} ${each.size} ${each.mtimeMs} ${each.ctimeMs}`))
    .join('|');
}
