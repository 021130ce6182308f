import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/core';
import { Failure, toFailure } from '../domain/failure.ts';
import { boundedFetch } from './bounded-fetch.ts';

export type AppIdentity = { id: string; installation: number; privateKey: string; baseUrl: string };

/** Tokens of a GitHub App's installation: each lasts an hour, and a new one is made before it ends. */
export function appTokens({ id, installation, privateKey, baseUrl }: AppIdentity): () => Promise<string> {
  const fetch = boundedFetch({ timeoutMs: 15_000, mostBytes: 1024 * 1024 });
  const { request } = new Octokit({ baseUrl, userAgent: 'ticketmill', request: { fetch } });
  // In `.env` a key is one line, its line ends written as \n.
  const key = privateKey.replaceAll('\\n', '\n');
  const auth = createAppAuth({ appId: id, privateKey: key, installationId: installation, request });
  return async () => {
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
