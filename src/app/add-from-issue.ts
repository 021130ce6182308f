import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Environment } from '../config/environment.ts';
import type { LoadedConfig } from '../config/load.ts';
import { expandHome } from '../config/paths.ts';
import type { Paths } from '../config/paths.ts';
import { Failure } from '../domain/failure.ts';
import { ticketStates } from '../domain/ticket.ts';
import { chooseForge } from '../forge/choose-forge.ts';
import type { ChosenForge } from '../forge/choose-forge.ts';
import { openForgeApi } from '../forge/forge-api.ts';
import { openPeople } from '../forge/people.ts';
import { issueId } from '../pipeline/take-issue.ts';
import type { Clock } from '../ports.ts';
import { createGit } from '../workspace/git.ts';
import { locateRepository } from '../workspace/locate-repository.ts';
import { forgeTokens } from './forge-tokens.ts';
import { issueFile, writeIssue } from './open-issues.ts';
import { configAt } from './open-repositories.ts';

type Place = { loaded: LoadedConfig & { paths: Paths }; env: Environment; clock: Clock };
type Hosted = Exclude<ChosenForge, { kind: 'local' }>;
type Source = { name: string | null; loaded: LoadedConfig; chosen: Hosted };

/**
 * Makes a ticket of an issue, `OWNER/REPO#N`, as it is now: whoever asks for it has read it. What is edited later is not
 * taken. Null when its ticket is there already. Throws when the repository is not one that is worked on here.
 */
export async function addFromIssue(
  reference: string,
  place: Place,
): Promise<{ id: string; file: string } | null> {
  const [, wanted = '', number = ''] = /^([\w.-]+\/[\w.-]+)#(\d{1,9})$/.exec(reference) ?? [];
  if (wanted === '')
    throw new Failure(
      'BAD_USAGE',
      `"${reference}" names no issue; expected OWNER/REPO#NUMBER, such as acme/greeter#12.`,
    );
  const { name, loaded, chosen } = await findSource(wanted, place);
  const { kind, baseUrl, place: at } = chosen;
  const { clock, env } = place;
  const token = forgeTokens(loaded, env)[kind];
  const api = openForgeApi({ baseUrl, token, writeIntervalMs: 0, clock, random: Math.random });
  const issue = await openPeople({ kind, api, place: at, clock }).issue(Number(number));
  if (issue === null)
    throw new Failure('FORGE_NOT_FOUND', `There is no issue ${reference} that the token may see.`);
  const { paths } = place.loaded;
  const file = issueFile(issue.number, name);
  if (await isAnywhere(paths, file)) return null;
  await writeIssue({ paths, clock }, issue, name);
  return { id: issueId(issue.number, name), file };
}

/** Which of the repositories that are worked on here lies there on its forge. */
async function findSource(wanted: string, place: Place): Promise<Source> {
  const known: string[] = [];
  for (const [name, loaded, directory] of repositoriesOf(place)) {
    const chosen = await chosenFor(loaded, directory, place.env);
    if (chosen.kind === 'local') continue;
    const found = `${chosen.place.owner}/${chosen.place.repo}`;
    if (found.toLowerCase() === wanted.toLowerCase()) return { name, loaded, chosen };
    known.push(found);
  }
  const reach = known.length === 0 ? 'none is on a forge with a token' : `those are ${known.join(', ')}`;
  throw new Failure(
    'BAD_USAGE',
    `${wanted} is none of the repositories that are worked on here: ${reach}. Name it in \`repositories\`, or write the ticket with \`ticketmill add\`.`,
  );
}

type Known = [name: string | null, loaded: LoadedConfig, where: { directory: string } | { url: string }];

function repositoriesOf({ loaded, env }: Place): Known[] {
  const others = Object.entries(loaded.config.repositories).map(([name, wanted]): Known => {
    const config = configAt(loaded.config, wanted);
    const where =
      wanted.url === undefined
        ? { directory: resolve(loaded.root, expandHome(wanted.path ?? '', env)) }
        : { url: wanted.url };
    return [name, { ...loaded, config }, where];
  });
  return [[null, loaded, { directory: loaded.root }], ...others];
}

async function chosenFor(loaded: LoadedConfig, where: Known[2], env: Environment): Promise<ChosenForge> {
  const { kind, baseUrl, repository } = loaded.config.forge;
  const remoteUrl = 'url' in where ? where.url : await remoteOf(where.directory, loaded, env);
  return chooseForge({ kind, baseUrl, repository, remoteUrl, hasToken: forgeTokens(loaded, env).has });
}

/** Without opening it, for a daemon may be at work there. */
async function remoteOf(
  directory: string,
  { config }: LoadedConfig,
  env: Environment,
): Promise<string | null> {
  const { gitDir } = await locateRepository(directory);
  const git = createGit({ gitDir }, { path: env['PATH'] ?? '', home: env['HOME'] ?? '/' });
  const found = await git.attempt(['config', '--get', `remote.${config.git.remote}.url`]);
  return found.exitCode === 0 ? found.stdout.trim() : null;
}

async function isAnywhere({ folders }: Paths, file: string): Promise<boolean> {
  const found = await Promise.all(
    ticketStates.map((state) =>
      stat(join(folders[state], file)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}
