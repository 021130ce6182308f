import { Failure, toFailure } from '../domain/failure.ts';
import { boundedFetch } from './bounded-fetch.ts';

export type AppIdentity = { id: string; installation: number; privateKey: string; baseUrl: string };

/** Tokens of a GitHub App's installation: each lasts an hour, and a new one is made before it ends. */
export function appTokens(identity: AppIdentity): () => Promise<string> {
  const { id, installation } = identity;
  let opened: ReturnType<typeof openAuth> | null = null;
  return async () => {
    const auth = await (opened ??= openAuth(identity));
    try {
      return (await auth({ type: 'installation' })).token;
    } catch (error) {
      const why = toFailure(error).message;
      throw new Failure(
        'FORGE_UNAUTHORIZED',
        `The GitHub App ${id} got no token for installation ${installation}: ${why}`,
      );
    }
  };
}

/** Loaded when a token is asked for: most roots have no App. */
async function openAuth({ id, installation, privateKey, baseUrl }: AppIdentity) {
  const [{ createAppAuth }, { Octokit }] = await Promise.all([
    import('@octokit/auth-app'),
    import('@octokit/core'),
  ]);
  const fetch = boundedFetch({ timeoutMs: 15_000, mostBytes: 1024 * 1024 });
  const { request } = new Octokit({ baseUrl, userAgent: 'ticketmill', request: { fetch } });
  // In `.env` a key is one line, its line ends written as \n.
  const key = privateKey.replaceAll('\\n', '\n');
  return createAppAuth({ appId: id, privateKey: key, installationId: installation, request });
}
