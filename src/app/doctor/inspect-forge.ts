import { toFailure } from '../../domain/failure.ts';
import { createGit } from '../../workspace/git.ts';
import { locateRepository } from '../../workspace/locate-repository.ts';
import { remoteUrls } from '../../workspace/remote-urls.ts';
import { checkGitHubToken, placeOnGitHub } from './check-github.ts';
import type { OnGitHub } from './check-github.ts';
import type { Finding, Machine } from './inspect-machine.ts';

const name = 'forge';

/** Whether pull requests can be opened where they should be, as far as can be told without opening one. */
export async function inspectForge(machine: Machine, signal: AbortSignal): Promise<Finding[]> {
  const { config, paths, env, secrets } = machine;
  const { gitDir } = await locateRepository(paths.root);
  const git = createGit({ gitDir }, { path: env['PATH'] ?? '', home: paths.state });
  const urls = await remoteUrls(git, config.git.remote, { signal });
  const place = placeOnGitHub(machine, urls?.fetchUrl ?? null);
  if (place === null || config.forge.app !== undefined) return [];
  const token = secrets.GITHUB_TOKEN;
  if (token !== undefined) return [await inspectToken(place, token, signal)];
  const detail = `no GITHUB_TOKEN for ${place.owner}/${place.repo}: pull requests stay on this machine`;
  const advice = 'Run `ticketmill init`, or put a token into .env; docs/github.md says which.';
  return [{ name, state: config.forge.kind === 'github' ? 'fail' : 'warn', detail, advice }];
}

async function inspectToken(place: OnGitHub, token: string, signal: AbortSignal): Promise<Finding> {
  const where = `${place.owner}/${place.repo}`;
  try {
    const { missing, wanted, tooMuch } = await checkGitHubToken(place, token, signal);
    const give = (rights: string[]): string => `Give the token ${rights.join(', ')}.`;
    if (missing.length > 0)
      return {
        name,
        state: 'fail',
        detail: `the token cannot open pull requests in ${where}`,
        advice: give(missing),
      };
    if (wanted.length > 0)
      return {
        name,
        state: 'warn',
        detail: `the token is good for pull requests in ${where} alone`,
        advice: give(wanted),
      };
    if (tooMuch.length === 0)
      return { name, state: 'ok', detail: `the token is good for ${where}`, advice: '' };
    const detail = `the token is good for ${where}, and for more: ${tooMuch.join(', ')}`;
    return { name, state: 'warn', detail, advice: 'Make a fine-grained token for this repository alone.' };
  } catch (error) {
    signal.throwIfAborted();
    const { code, message, hint } = toFailure(error);
    return { name, state: code === 'FORGE_UNREACHABLE' ? 'warn' : 'fail', detail: message, advice: hint };
  }
}
