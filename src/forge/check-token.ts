import * as z from 'zod';
import { Failure } from '../domain/failure.ts';
import { boundedFetch } from './bounded-fetch.ts';

/** What a token may do for one repository, as far as GitHub says without anything being written. */
export type TokenReport = {
  /** What is missing for pull requests; a token that lacks nothing is good. */
  missing: string[];
  /** What only issues as tickets and feedback need. */
  wanted: string[];
  /** Scopes of a classic token beyond those that are needed. */
  tooMuch: string[];
};

export type TokenQuestion = { baseUrl: string; owner: string; repo: string; token: string };

const limits = { timeoutMs: 15_000, mostBytes: 1024 * 1024 };

/** Asks GitHub with the token. Throws `FORGE_UNAUTHORIZED`, `FORGE_NOT_FOUND` or `FORGE_UNREACHABLE`. */
export async function checkToken(question: TokenQuestion, signal: AbortSignal): Promise<TokenReport> {
  const repository = await ask(question, '', signal);
  refuse(repository.status, question);
  const { permissions } = shape.parse(await repository.json());
  const may = async (path: string): Promise<boolean> => (await ask(question, path, signal)).status < 400;
  const [pulls, issues, statuses] = await Promise.all(
    ['/pulls?per_page=1', '/issues?per_page=1', '/commits/HEAD/status'].map(may),
  );
  return {
    missing: [
      ...(permissions?.push === true ? [] : ['Contents: read and write']),
      ...(pulls === true ? [] : ['Pull requests: read and write']),
    ],
    wanted: [
      ...(issues === true ? [] : ['Issues: read and write']),
      ...(statuses === true ? [] : ['Commit statuses: read and write']),
    ],
    tooMuch: beyondNeed(repository.headers.get('x-oauth-scopes')),
  };
}

const shape = z.object({ permissions: z.object({ push: z.boolean() }).optional() });

/** Fine-grained tokens name no scopes at all. */
function beyondNeed(scopes: string | null): string[] {
  const all = (scopes ?? '').split(',').map((scope) => scope.trim());
  return all.filter((scope) => scope !== '' && !['repo', 'public_repo'].includes(scope));
}

async function ask(
  { baseUrl, owner, repo, token }: TokenQuestion,
  path: string,
  signal: AbortSignal,
): Promise<Response> {
  const url = `${baseUrl.replace(/\/$/, '')}/repos/${owner}/${repo}${path}`;
  const headers = {
    authorization: `token ${token}`,
    accept: 'application/vnd.github+json',
    'user-agent': 'ticketmill',
  };
  try {
    return await boundedFetch(limits)(url, { headers, signal });
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof Failure) throw cause;
    throw new Failure('FORGE_UNREACHABLE', `${baseUrl} cannot be reached.`, { cause });
  }
}

function refuse(status: number, { baseUrl, owner, repo }: TokenQuestion): void {
  if (status === 401) throw new Failure('FORGE_UNAUTHORIZED', `${baseUrl} does not take the token.`);
  if (status === 403 || status === 404)
    throw new Failure('FORGE_NOT_FOUND', `The token may not see ${owner}/${repo}.`);
  if (status >= 400) throw new Failure('FORGE_UNREACHABLE', `${baseUrl} answers ${status}.`);
}
