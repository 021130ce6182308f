/** The repository that a git remote names: its host, and `owner/name` on it. */
export type RemotePlace = { host: string; owner: string; repo: string };

/** Reads `https://host/owner/name.git`, `ssh://git@host/owner/name` and `git@host:owner/name`; null for any other. */
export function readRemote(url: string): RemotePlace | null {
  const [, user = '', shortPath = ''] = /^(?:[^@/:]+@)?([^/:]+):(?!\/\/)(.+)$/.exec(url) ?? [];
  const parsed = URL.canParse(url) && /^(https?|ssh):/.test(url) ? new URL(url) : null;
  const host = parsed?.hostname ?? user;
  const path = parsed?.pathname ?? shortPath;
  const [, owner, repo] = /^\/?([^/]+)\/([^/]+?)(?:\.git)?\/?$/.exec(path) ?? [];
  if (host === '' || owner === undefined || repo === undefined) return null;
  return { host: host.toLowerCase(), owner, repo };
}

/** Reads `owner/name`. */
export function readPlace(name: string): { owner: string; repo: string } | null {
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(name) ?? [];
  return owner === undefined || repo === undefined ? null : { owner, repo };
}
