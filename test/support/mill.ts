import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FollowedDaemon, Following } from '../../scripts/demo/daemon.ts';
import { startDaemon } from '../../scripts/demo/daemon.ts';
import type { Place } from '../../scripts/demo/place.ts';
import type { FakeOllama, FakeOllamaOptions } from './fake-ollama.ts';
import { startFakeOllama } from './fake-ollama.ts';
import type { FileContent, TestRepository } from './git-repository.ts';
import { makeRepository } from './git-repository.ts';

/** A real repository with a bare remote, made ready for tickets, and a model server of its own. */
export type Mill = Place & {
  repository: TestRepository;
  ollama: FakeOllama;
  /** The real command in a process of its own; ended with the mill, whatever becomes of it. */
  start: (following?: Following) => FollowedDaemon;
  /** A ticket arrives whole. */
  drop: (file: string, text: string) => Promise<void>;
  /** Names in a folder of the backlog, in their order. */
  listFolder: (state: string) => string[];
};

export type MillOptions = {
  files: Record<string, FileContent>;
  config: object;
  ollama: FakeOllamaOptions;
};

/** What `init` would have git ignore, and the tickets, so that a status tells of nothing but the checkout. */
const ignored = '/.ticketmill/\n/logs/\n/backlog/\n';

/** Its parts are on the stack, to be taken apart in reverse. */
export async function openMill(options: MillOptions, opened: AsyncDisposableStack): Promise<Mill> {
  const ollama = opened.use(await startFakeOllama(options.ollama));
  const config = withDefaults(options.config, ollama.url);
  const files = { '.gitignore': ignored, 'config.json': JSON.stringify(config), ...options.files };
  const repository = await makeRepository({ files, remote: 'bare' });
  opened.defer(() => repository.remove());
  const { home, root } = repository;
  const todo = join(root, 'backlog/todo');
  await mkdir(todo, { recursive: true });
  const place = { root, env: environmentOf(home) };
  return {
    ...place,
    repository,
    ollama,
    start: (following) => opened.use(startDaemon(place, following)),
    drop: async (file, text) => {
      await writeFile(join(home, file), text);
      await rename(join(home, file), join(todo, file));
    },
    listFolder: (state) => readdirSync(join(root, 'backlog', state)).sort(),
  };
}

function withDefaults(config: object, url: string): object {
  const { ollama = {}, processing = {}, ...others } = config as { ollama?: object; processing?: object };
  return {
    server: { port: 0 },
    worktree: { directory: '../worktrees' },
    ...others,
    // Nobody merges here but on purpose.
    processing: { maxOpenPullRequests: 10_000, ...processing },
    ollama: { hosts: [url], ...ollama },
  };
}

/** Of whoever runs the tests only where programs lie. */
export function environmentOf(home: string): Record<string, string> {
  const git = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: home, LC_ALL: 'C', ...git };
}

/** Command lines of the processes that work in a directory or name it; empty where there is no /proc. */
export function processesAt(directory: string): string[] {
  const pids = attempt(() => readdirSync('/proc').filter((name) => /^\d+$/.test(name))) ?? [];
  return pids.flatMap((pid) => {
    const words = attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')) ?? '';
    const cwd = attempt(() => readlinkSync(`/proc/${pid}/cwd`)) ?? '';
    return words.includes(directory) || cwd.startsWith(directory) ? [`${pid} ${words}`] : [];
  });
}

/** A process may end while it is looked at. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
