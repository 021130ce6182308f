import type { Environment } from '../../config/environment.ts';
import type { LoadedConfig } from '../../config/load.ts';
import { readSecrets } from '../../config/secrets.ts';
import { appTokens } from '../../forge/app-token.ts';

export type ForgeTokens = {
  /** Whether there is one at all, as the house was opened. */
  has: Record<'github' | 'gitea', boolean>;
  github: () => Promise<string | null>;
  gitea: () => Promise<string | null>;
  /** The one for a git remote at this address; null where none of ours belongs. */
  forRemote: (url: URL) => Promise<string | null>;
};

/** Tokens are read anew whenever one is needed, so that another one in `.env` counts without a restart. */
export function forgeTokens({ config, secrets, root }: LoadedConfig, env: Environment): ForgeTokens {
  const { app, kind, baseUrl } = config.forge;
  const privateKey = secrets.GITHUB_APP_PRIVATE_KEY;
  const identity =
    app === undefined || privateKey === undefined
      ? null
      : { ...app, privateKey, baseUrl: baseUrl ?? 'https://api.github.com' };
  const now = (name: 'GITHUB_TOKEN' | 'GITEA_TOKEN') =>
    Promise.resolve(readSecrets(root, env).secrets[name] ?? null);
  const github = identity === null ? () => now('GITHUB_TOKEN') : appTokens(identity);
  const gitea = () => now('GITEA_TOKEN');
  return {
    has: {
      github: identity !== null || secrets.GITHUB_TOKEN !== undefined,
      gitea: secrets.GITEA_TOKEN !== undefined,
    },
    github,
    gitea,
    forRemote({ hostname }) {
      if (kind === 'github' || (kind !== 'gitea' && hostname === 'github.com')) return github();
      const isGitea = kind === 'gitea' || (baseUrl !== undefined && new URL(baseUrl).hostname === hostname);
      return isGitea ? gitea() : Promise.resolve(null);
    },
  };
}
