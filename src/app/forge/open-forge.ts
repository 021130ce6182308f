import { join, relative, sep } from 'node:path';
import type { Paths } from '../../config/paths.ts';
import type { Failure } from '../../domain/failure.ts';
import { chooseForge } from '../../forge/choose-forge.ts';
import type { ForgeApi } from '../../forge/forge-api.ts';
import { openForgeApi } from '../../forge/forge-api.ts';
import { giteaDialect } from '../../forge/gitea.ts';
import { githubDialect } from '../../forge/github.ts';
import { openHostedForge } from '../../forge/hosted-forge.ts';
import type { Place } from '../../forge/hosted.ts';
import { openLocalForge } from '../../forge/local.ts';
import type { Forge } from '../../ports.ts';
import { mergeBranch } from '../../workspace/merge-branch.ts';
import type { OpenedRepository } from '../../workspace/repository.ts';
import { projectOf } from './backlog-project.ts';
import { forgeTokens } from './forge-tokens.ts';
import type { RoomOptions } from '../open-rooms.ts';

export type Hosted = { kind: 'github' | 'gitea'; api: ForgeApi; baseUrl: string; place: Place };

export type OpenedForge = {
  forge: Forge;
  /** What a forge with a server is asked through; null for the local one. */
  hosted: Hosted | null;
  /** Why nothing can be published at the moment. */
  outage: () => Failure | null;
};

/** The forge that config, remote and tokens come to. */
export function openForge(
  options: RoomOptions,
  { repository, warn }: { repository: OpenedRepository; warn: (message: string) => void },
): OpenedForge {
  const { loaded, paths, clock, env } = options;
  const { kind, baseUrl, repository: named, labels, reviewers, writeInterval } = loaded.config.forge;
  const tokens = forgeTokens(loaded, env);
  const { remoteUrl } = repository;
  const chosen = chooseForge({ kind, baseUrl, repository: named, remoteUrl, hasToken: tokens.has });
  if (chosen.kind === 'local') {
    if (chosen.notice !== null && options.works) warn(chosen.notice);
    const forge = openLocalForge({
      directory: join(paths.state, 'pull-requests'),
      mergeBranch: (order) => merge(repository, loaded, { paths, order }),
      now: () => clock.now(),
    });
    return { forge, hosted: null, outage: () => null };
  }
  const { place } = chosen;
  const random = Math.random;
  const api = openForgeApi({
    baseUrl: chosen.baseUrl,
    token: tokens[chosen.kind],
    writeIntervalMs: writeInterval,
    clock,
    random,
  });
  const dialect = (chosen.kind === 'github' ? githubDialect : giteaDialect)(api, place);
  const forge = openHostedForge({ api, place, dialect, labels, reviewers, warn, clock, random });
  return { forge, hosted: { ...chosen, api }, outage: () => api.outage() };
}

function merge(
  repository: OpenedRepository,
  { config }: Pick<RoomOptions['loaded'], 'config'>,
  { paths, order }: { paths: Paths; order: { branch: string; head: string; base: string } },
): Promise<{ sha: string }> {
  const { root, folders, backlogRoot, logs, state } = paths;
  const project = projectOf({ config, paths });
  const tasks = project === null ? [] : [project.directory];
  // `init` has written the last two; whoever has not committed them yet loses nothing.
  const setUp = ['.gitignore', 'config.json'].map((name) => join(root, name));
  const ours = [backlogRoot, ...Object.values(folders), logs, state, ...tasks, ...setUp].map((path) =>
    relative(repository.place.workTree, path).split(sep).join('/'),
  );
  const inside = ours.filter((path) => path !== '' && !path.startsWith('..'));
  const message = `Merge ${order.branch} into ${order.base}\n`;
  return mergeBranch(repository, { ...order, message }, inside, new AbortController().signal);
}
