import type { LoadedConfig } from '../../config/load.ts';
import { checkToken } from '../../forge/check-token.ts';
import type { TokenReport } from '../../forge/check-token.ts';
import { readPlace, readRemote } from '../../forge/remote-place.ts';
import type { RemotePlace } from '../../forge/remote-place.ts';

/** A repository on GitHub, and where its API is. */
export type OnGitHub = { baseUrl: string; owner: string; repo: string };

/** Where pull requests would be opened with a token of GitHub; null where that is no matter of GitHub. */
export function placeOnGitHub(
  { config }: Pick<LoadedConfig, 'config'>,
  remote: RemotePlace | string | null,
): OnGitHub | null {
  const { kind, baseUrl, repository } = config.forge;
  const found = typeof remote === 'string' ? readRemote(remote) : remote;
  if (kind === 'local' || kind === 'gitea') return null;
  if (kind === 'auto' && found?.host !== 'github.com') return null;
  const place = repository === undefined ? found : readPlace(repository);
  if (place === null) return null;
  const usual =
    found === null || found.host === 'github.com' ? 'https://api.github.com' : `https://${found.host}/api/v3`;
  return { baseUrl: baseUrl ?? usual, owner: place.owner, repo: place.repo };
}

/** Whether a token is good for a repository, and for no more than is needed. Throws when it is not taken at all. */
export function checkGitHubToken(place: OnGitHub, token: string, signal: AbortSignal): Promise<TokenReport> {
  return checkToken({ ...place, token }, signal);
}

export type { TokenReport };
