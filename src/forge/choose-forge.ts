import { Failure } from '../domain/failure.ts';
import type { Place } from './hosted.ts';
import { readPlace, readRemote } from './remote-place.ts';

export type ForgeWishes = {
  kind: 'auto' | 'local' | 'github' | 'gitea';
  /** Of the API; undefined: as usual for the host of the remote. */
  baseUrl: string | undefined;
  /** `owner/name`; undefined: as the remote says. */
  repository: string | undefined;
  remoteUrl: string | null;
  /** Whether there is a token of that kind. */
  hasToken: Record<'github' | 'gitea', boolean>;
};

export type ChosenForge =
  | {
      kind: 'local';
      /** What a person may have expected otherwise; null when nothing. */ notice: string | null;
    }
  | { kind: 'github' | 'gitea'; baseUrl: string; place: Place };

/** Which forge the repository has. Throws when one is asked for that cannot be reached like this. */
export function chooseForge(wishes: ForgeWishes): ChosenForge {
  const { remoteUrl } = wishes;
  const remote = remoteUrl === null ? null : readRemote(remoteUrl);
  const host = remote?.host ?? null;
  if (wishes.kind === 'local') return local(null);
  if (wishes.kind === 'auto') {
    const found = detect(wishes, host);
    return found === null ? local(noticeFor(wishes, host)) : chosen(found, wishes, remote);
  }
  if (!wishes.hasToken[wishes.kind])
    throw new Failure(
      'FORGE_UNAUTHORIZED',
      `\`forge.kind\` is ${wishes.kind}, and ${tokenNames[wishes.kind]} is not set.`,
    );
  return chosen(wishes.kind, wishes, remote);
}

const tokenNames = { github: 'GITHUB_TOKEN', gitea: 'GITEA_TOKEN' };

function detect({ baseUrl, hasToken }: ForgeWishes, host: string | null): 'github' | 'gitea' | null {
  if (host === null) return null;
  if (host === 'github.com') return hasToken.github ? 'github' : null;
  return baseUrl !== undefined && new URL(baseUrl).hostname === host && hasToken.gitea ? 'gitea' : null;
}

function noticeFor({ hasToken }: ForgeWishes, host: string | null): string | null {
  if (host === 'github.com' && !hasToken.github)
    return 'Pull requests stay on this machine: the remote is on GitHub, and GITHUB_TOKEN is not set.';
  if (host === 'gitlab.com' || host === 'bitbucket.org')
    return `Pull requests stay on this machine: ${host} is not supported; the branch is pushed.`;
  return null;
}

function local(notice: string | null): ChosenForge {
  return { kind: 'local', notice };
}

function chosen(
  kind: 'github' | 'gitea',
  { baseUrl, repository }: ForgeWishes,
  remote: ReturnType<typeof readRemote>,
): ChosenForge {
  const place = repository === undefined ? remote : readPlace(repository);
  if (place === null)
    throw new Failure(
      'FORGE_NOT_FOUND',
      'The remote names no repository of a forge; set `forge.repository` to owner/name.',
    );
  const { owner, repo } = place;
  return { kind, baseUrl: baseUrl ?? usualUrl(kind, remote?.host ?? null), place: { owner, repo } };
}

function usualUrl(kind: 'github' | 'gitea', host: string | null): string {
  if (kind === 'github')
    return host === null || host === 'github.com' ? 'https://api.github.com' : `https://${host}/api/v3`;
  if (host !== null) return `https://${host}/api/v1`;
  throw new Failure('FORGE_NOT_FOUND', 'There is no remote that says where Gitea is; set `forge.baseUrl`.');
}
