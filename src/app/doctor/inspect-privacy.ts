import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Paths } from '../../config/paths.ts';
import { createGit } from '../../workspace/git.ts';
import { locateRepository } from '../../workspace/locate-repository.ts';
import type { Finding, Machine } from './inspect-machine.ts';
import { ignoredIn } from '../set-up/prepare-root.ts';

const advice = 'Run `ticketmill doctor --fix`.';

/** What git would take into a commit although it should not. */
export async function inspectIgnored({ paths, env }: Machine, signal: AbortSignal): Promise<Finding[]> {
  const { workTree, gitDir } = await locateRepository(paths.root);
  const git = createGit({ gitDir }, { path: env['PATH'] ?? '', home: paths.state }).at({ workTree });
  const asked = await Promise.all(
    ignoredIn(paths).map(async (line) => {
      // A line names what it matches; `logs/*` matches any name in it.
      const path = join(paths.root, line.replaceAll('*', 'x').replace(/\/$/, '/x'));
      const { exitCode } = await git.attempt(['check-ignore', '-q', '--no-index', '--', path], {}, signal);
      return exitCode === 1 ? [line] : [];
    }),
  );
  const missing = asked.flat();
  if (missing.length === 0)
    return [{ name: 'ignored', state: 'ok', detail: 'git ignores what is ours', advice: '' }];
  return [{ name: 'ignored', state: 'warn', detail: `git does not ignore ${missing.join(', ')}`, advice }];
}

/** Paths of ours that other users of the machine can open. */
export async function openToOthers({ root, state }: Pick<Paths, 'root' | 'state'>): Promise<string[]> {
  if (process.platform === 'win32') return [];
  const open = await Promise.all(
    [state, join(root, '.env')].map(async (path) => {
      const stats = await stat(path).catch(() => null);
      return stats !== null && (stats.mode & 0o077) !== 0 ? [path] : [];
    }),
  );
  return open.flat();
}

export async function inspectPrivacy(paths: Paths): Promise<Finding[]> {
  const open = await openToOthers(paths);
  return open.map((path) => ({
    name: 'private',
    state: 'warn',
    detail: `${path} is open to other users of this machine`,
    advice,
  }));
}
