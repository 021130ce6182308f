import { Failure, toFailure } from '../domain/failure.ts';
import { boundedFetch } from './bounded-fetch.ts';

export type AppIdentity = { id: string; installation: number; privateKey: string; baseUrl: string };

/** Tokens of a GitHub App's installation: each lasts an hour, and a new one is made before it ends. */
export function appTokens(identity: AppIdentity): () => Promise<string> {
  const { id, installation, baseUrl } = identity;
  let opened: ReturnType<typeof openAuth> | null = null;
  return async () => {
    const auth = await (opened ??= openAuth(identity));
    try {
      return (await auth({ type: 'installation' })).token;
    } catch (error) {
      const why = toFailure(error).message;
      const what = `The GitHub App ${id} got no token for installation ${installation}`;
      if (isOutage(error)) throw new Failure('FORGE_UNREACHABLE', `${what}: ${baseUrl}: ${why}`);
      throw new Failure(
        'FORGE_UNAUTHORIZED',
        `${what}: ${why}. Check \`forge.app\` and GITHUB_APP_PRIVATE_KEY, which is the whole PEM file that GitHub gave.`,
      );
    }
  };
}

/** Octokit gives what never was answered the status 500. */
function isOutage(error: unknown): boolean {
  const { status } = error as { status?: unknown };
  return typeof status === 'number' && (status >= 500 || status === 429);
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
