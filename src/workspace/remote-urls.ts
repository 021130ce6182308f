import type { Git } from './git.ts';

/** Where git would fetch from and push to; null without a remote of this name. */
export async function remoteUrls(
  git: Git,
  name: string,
  signal?: AbortSignal,
): Promise<{ fetchUrl: string; pushUrl: string } | null> {
  const configured = await git.attempt(['config', '--get', `remote.${name}.url`], {}, signal);
  if (configured.exitCode !== 0) return null;
  // Credentials in a URL are read here, to be taken out of it.
  const ask = ['-c', 'transfer.credentialsInUrl=allow', 'remote', 'get-url'];
  const fetchUrl = await git.run([...ask, '--', name], {}, signal);
  const pushUrl = await git.run([...ask, '--push', '--', name], {}, signal);
  return { fetchUrl: fetchUrl.trim(), pushUrl: pushUrl.trim() };
}
