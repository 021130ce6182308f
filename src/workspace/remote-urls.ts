import type { GitSetting } from './git-settings.ts';
import { readSettings } from './git-settings.ts';
import type { Git } from './git.ts';

export type RemoteUrls = { fetchUrl: string; pushUrl: string };

/** Where git would fetch from and push to; null without a remote of this name. `known` are its settings, if read. */
export async function remoteUrls(
  git: Git,
  name: string,
  { known, signal }: { known?: readonly GitSetting[]; signal?: AbortSignal } = {},
): Promise<RemoteUrls | null> {
  const settings = known ?? (await readSettings(git, signal));
  const valuesOf = (key: string) => settings.flatMap((setting) => (setting.key === key ? setting.value : []));
  const urls = valuesOf(`remote.${name}.url`);
  if (urls.length === 0) return null;
  const pushUrls = valuesOf(`remote.${name}.pushurl`);
  const isRewritten = settings.some(({ key }) => /^url\..*\.(?:push)?insteadof$/s.test(key));
  const isPlain = urls.length === 1 && pushUrls.length <= 1 && ![...urls, ...pushUrls].includes('');
  if (isRewritten || !isPlain) return askedUrls(git, name, signal);
  const [fetchUrl = ''] = urls;
  return { fetchUrl, pushUrl: pushUrls[0] ?? fetchUrl };
}

/** What rewriting and the order of several come to, only git itself should say. */
async function askedUrls(git: Git, name: string, signal?: AbortSignal): Promise<RemoteUrls> {
  // Credentials in a URL are read here, to be taken out of it.
  const ask = ['-c', 'transfer.credentialsInUrl=allow', 'remote', 'get-url'];
  const [fetchUrl, pushUrl] = await Promise.all([
    git.run([...ask, '--', name], {}, signal),
    git.run([...ask, '--push', '--', name], {}, signal),
  ]);
  return { fetchUrl: fetchUrl.trim(), pushUrl: pushUrl.trim() };
}
