import { basename } from 'node:path';
import { mapBounded } from '../../backlog/map-bounded.ts';
import { readTicketFile } from '../../backlog/read-ticket-file.ts';
import type { Environment } from '../../config/environment.ts';
import type { LoadedConfig } from '../../config/load.ts';
import type { Paths } from '../../config/paths.ts';
import { Failure } from '../../domain/failure.ts';
import type { ForgeIssue } from '../../domain/forge.ts';
import { idFromFileName, isCalled } from '../../domain/ticket.ts';
import { chooseForge } from '../../forge/choose-forge.ts';
import type { ChosenForge } from '../../forge/choose-forge.ts';
import { openForgeApi } from '../../forge/forge-api.ts';
import { openPeople } from '../../forge/people.ts';
import { issueId } from '../../pipeline/take-issue.ts';
import type { Clock } from '../../ports.ts';
import { createGit } from '../../workspace/git.ts';
import { locateRepository } from '../../workspace/locate-repository.ts';
import { remoteUrls } from '../../workspace/remote-urls.ts';
import { projectOf, ticketFolders } from './backlog-project.ts';
import { forgeTokens } from './forge-tokens.ts';
import { knownRepositories } from './known-repositories.ts';
import type { KnownRepository } from './known-repositories.ts';
import { issueDraft, issueFile, writeIssue } from './open-issues.ts';
import { addTickets, listTickets } from '../tools.ts';
import type { AddedTicket } from '../tools.ts';

type Place = {
  loaded: LoadedConfig & { paths: Paths };
  env: Environment;
  clock: Clock;
  warn: (message: string) => void;
};
type Hosted = Exclude<ChosenForge, { kind: 'local' }>;
type Source = Pick<KnownRepository, 'name' | 'loaded'> & { chosen: Hosted };

/**
 * Makes a ticket of an issue, `OWNER/REPO#N`, as it is now: whoever asks for it has read it. What is edited later is not
 * taken. Null when its ticket is there already. Throws when the repository is not one that is worked on here.
 */
export async function addFromIssue(reference: string, place: Place): Promise<AddedTicket | null> {
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
  return addOnce(issue, name, place);
}

async function addOnce(
  issue: ForgeIssue,
  repo: string | null,
  { loaded, ...around }: Place,
): Promise<AddedTicket | null> {
  const id = issueId(issue.number, repo);
  if (await isTicket(id, loaded)) return null;
  if (projectOf(loaded) === null) {
    await writeIssue({ paths: loaded.paths, clock: around.clock }, issue, repo);
    return { id, file: issueFile(issue.number, repo) };
  }
  // There the project gives the ids, and the issue's is a label.
  const draft = { ...issueDraft(issue, repo), labels: [id.toLowerCase()] };
  const [task = null] = await addTickets([draft], loaded, around);
  return task;
}

/** Whether there is a ticket that is called so, wherever it lies and whoever has it. */
async function isTicket(id: string, { config, paths }: Place['loaded']): Promise<boolean> {
  const files = await listTickets(ticketFolders({ config, paths }), paths.root);
  const found = await mapBounded(files, 16, async ({ path }) => {
    const read = await readTicketFile(path);
    const named = { id: idFromFileName(basename(path)), labels: [] };
    return isCalled(read.kind === 'ticket' ? { id: read.id, labels: read.ticket.labels } : named, id);
  });
  return found.includes(true);
}

/** Which of the repositories that are worked on here lies there on its forge. */
async function findSource(wanted: string, place: Place): Promise<Source> {
  const known: string[] = [];
  for (const repository of knownRepositories({ ...place, paths: place.loaded.paths })) {
    const chosen = await chosenFor(repository, place.env);
    if (chosen.kind === 'local') continue;
    const found = `${chosen.place.owner}/${chosen.place.repo}`;
    if (found.toLowerCase() === wanted.toLowerCase()) return { ...repository, chosen };
    known.push(found);
  }
  const reach = known.length === 0 ? 'none is on a forge with a token' : `those are ${known.join(', ')}`;
  throw new Failure(
    'BAD_USAGE',
    `${wanted} is none of the repositories that are worked on here: ${reach}. Name it in \`repositories\`, or write the ticket with \`ticketmill add\`.`,
  );
}

async function chosenFor(
  { loaded, directory, url }: KnownRepository,
  env: Environment,
): Promise<ChosenForge> {
  const { kind, baseUrl, repository } = loaded.config.forge;
  const remoteUrl = url ?? (await addressOf(directory, loaded, env));
  return chooseForge({ kind, baseUrl, repository, remoteUrl, hasToken: forgeTokens(loaded, env).has });
}

/** Without opening it, for a daemon may be at work there. */
async function addressOf(
  directory: string,
  { config }: LoadedConfig,
  env: Environment,
): Promise<string | null> {
  const { gitDir } = await locateRepository(directory);
  const git = createGit({ gitDir }, { path: env['PATH'] ?? '', home: env['HOME'] ?? '/' });
  return (await remoteUrls(git, config.git.remote))?.fetchUrl ?? null;
}
