import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '../../src/domain/run.ts';
import type { TicketState } from '../../src/domain/ticket.ts';
import { ticketStates } from '../../src/domain/ticket.ts';
import type { PullRequestRecord } from '../../src/forge/pull-request-record.ts';
import type { TestRepository } from './git-repository.ts';
import { processesAt } from './mill.ts';

/** A ticket that was accepted: what of its text must still be there, and where it may end. */
export type Promised = { id: string; file: string; words: string; ends: readonly TicketState[] };

/** An installation as somebody sees it who knows nothing of the process: its folders, its repository, its machine. */
export type Place = {
  repository: Pick<TestRepository, 'home' | 'remote' | 'git' | 'remoteGit' | 'fingerprint'>;
  folder: (state: TicketState) => string;
  /** Its state directory. */
  state: string;
};

export type Expected = {
  promised: readonly Promised[];
  /** The checkout before anything began. */
  fingerprint: Record<string, string>;
  /** What must be read nowhere, and directories in which it may be. */
  secrets?: readonly string[];
  secretsMayBeIn?: readonly string[];
  /** Processes at the place that may live, such as a daemon. */
  living?: readonly number[];
};

/**
 * All that is broken of what we promise, at a moment when nothing is at work: I1 nothing lost, I2 nothing twice,
 * I3 no success without a change, I4 nothing left in work, I5 no process left, I7 a whole repository and a checkout
 * as it was, I8 no secret told. (I6, exit codes, and I9, growth, are seen by whoever runs the process.)
 */
export async function findViolations(place: Place, expected: Expected): Promise<string[]> {
  const files = readFolders(place);
  const pullRequests = readAll<PullRequestRecord>(join(place.state, 'pull-requests'), /^\d+\.json$/);
  const records = readAll<RunRecord>(join(place.state, 'journal'), /^[0-9a-f]{64}\.json$/);
  const known = { files, pullRequests, records };
  const ofTickets = expected.promised.flatMap((ticket) => checkTicket(ticket, known));
  return [
    ...ofTickets,
    ...checkStrangers(known, expected.promised),
    ...(await checkBranches(place, pullRequests)),
    ...files.flatMap(({ id, state }) => (state === 'processing' ? [`I4 ${id}: nobody works on it`] : [])),
    ...checkProcesses(place, expected.living ?? []),
    ...(await checkRepository(place, expected.fingerprint)),
    ...checkSecrets(place, expected),
  ];
}

/** Fails with the list of what is broken. */
export async function assertInvariants(place: Place, expected: Expected): Promise<void> {
  const violations = await findViolations(place, expected);
  if (violations.length > 0) throw new Error(`${violations.length} violations:\n${violations.join('\n')}`);
}

type TicketFile = { id: string; state: TicketState; file: string; text: string };
type Known = { files: TicketFile[]; pullRequests: PullRequestRecord[]; records: RunRecord[] };

function readFolders({ folder }: Place): TicketFile[] {
  return ticketStates.flatMap((state) =>
    names(folder(state))
      .filter((file) => file.endsWith('.md') && !file.startsWith('.'))
      .map((file) => {
        const text = readFileSync(join(folder(state), file), 'utf8');
        return { id: /^id: *'?([\w.-]+)/m.exec(text)?.[1] ?? file, state, file, text };
      }),
  );
}

function checkTicket({ id, file, words, ends }: Promised, { files, pullRequests, records }: Known): string[] {
  const mine = files.filter((each) => each.file === file);
  const [only] = mine;
  if (only === undefined) return [`I1 ${id}: lost`];
  if (mine.length > 1) return [`I1 ${id}: in ${mine.map(({ state }) => `${state}/${file}`).join()}`];
  const { state, text } = only;
  const opened = pullRequests.filter(({ branch }) => isBranchOf(branch, id));
  return [
    ...(ends.includes(state)
      ? []
      : [`I1 ${file}: ended in ${state}, not in ${ends.join(' or ')}${lastSaid(text)}`]),
    ...(text.includes(words) ? [] : [`I1 ${id}: its text is not what it was`]),
    ...repeated(text).map((said) => `I2 ${id}: said twice: ${said}`),
    ...(opened.length > 1 ? [`I2 ${id}: ${opened.length} pull requests`] : []),
    ...checkSuccess(only, { opened, record: records.find((each) => each.id === id) }),
  ];
}

type Found = { opened: PullRequestRecord[]; record: RunRecord | undefined };

function checkSuccess({ id, state, text }: TicketFile, { opened: [pullRequest], record }: Found): string[] {
  if (state !== 'review' && state !== 'done') return [];
  if (pullRequest !== undefined && text.includes(pullRequest.url)) return [];
  if (state === 'review' && record?.hold != null) return [];
  if (state === 'done' && text.includes('A person agreed that no change is needed.')) return [];
  return [`I3 ${id}: in ${state} without a pull request or a recorded verdict`];
}

/** Comments of ours, by their words alone. */
function comments(text: string): string[] {
  const said = text.split(/^author: @ticketmill$/m).slice(1);
  return said.map((each) => each.split(/^---$/m)[1]?.trim() ?? '');
}

function repeated(text: string): string[] {
  const words = comments(text).map((each) => each.slice(0, 80));
  return words.filter((each, index) => each !== '' && words.indexOf(each) < index);
}

function lastSaid(text: string): string {
  const said = comments(text).at(-1);
  return said === undefined ? '' : `, because: ${said.slice(0, 400)}`;
}

function checkStrangers({ files }: Known, promised: readonly Promised[]): string[] {
  const known = new Set(promised.map(({ file }) => file));
  return files
    .filter(({ file }) => !known.has(file))
    .map(({ state, file }) => `I1 ${state}/${file}: nobody dropped it`);
}

/** One branch a ticket, here and on the remote, and its commit one step from where it began. */
async function checkBranches(place: Place, pullRequests: PullRequestRecord[]): Promise<string[]> {
  const list = ['for-each-ref', '--format=%(refname:short)', 'refs/heads/ticket'];
  const here = (await place.repository.git(...list)).split('\n');
  const remote =
    place.repository.remote === null ? [] : (await place.repository.remoteGit(...list)).split('\n');
  const twins = [here, remote].flatMap((branches) => {
    const slugs = branches.map((branch) => branch.slice(0, -9));
    return branches.filter((branch, index) => branch !== '' && slugs.indexOf(slugs[index] ?? '') < index);
  });
  const missing = pullRequests.filter(
    ({ state, branch }) => place.repository.remote !== null && state === 'open' && !remote.includes(branch),
  );
  return [
    ...twins.map((branch) => `I2 ${branch}: a second branch of its ticket`),
    ...missing.map(({ branch }) => `I3 ${branch}: a pull request without a branch on the remote`),
  ];
}

function isBranchOf(branch: string, id: string): boolean {
  const name = branch.replace(/^ticket\//, '').replace(/-[0-9a-f]{8}$/, '');
  return name === id.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

function checkProcesses({ repository }: Place, living: readonly number[]): string[] {
  return processesAt(repository.home)
    .filter((words) => !living.includes(Number.parseInt(words, 10)))
    .map((words) => `I5 a process is left: ${words.slice(0, 200)}`);
}

async function checkRepository({ repository }: Place, before: Record<string, string>): Promise<string[]> {
  const broken = await fsck(repository.git);
  const brokenRemote = repository.remote === null ? [] : await fsck(repository.remoteGit);
  const now = await repository.fingerprint();
  const changed = Object.keys(before).filter((name) => before[name] !== now[name]);
  return [
    ...[...broken, ...brokenRemote].map((line) => `I7 git fsck: ${line}`),
    ...changed.map((name) => `I7 the checkout's ${name} is not what it was`),
  ];
}

async function fsck(git: TestRepository['git']): Promise<string[]> {
  try {
    const said = await git('fsck', '--full', '--no-dangling', '--no-progress');
    return said.split('\n').filter((line) => line !== '' && !line.startsWith('notice:'));
  } catch (error) {
    return [String(error)];
  }
}

function checkSecrets({ repository }: Place, { secrets = [], secretsMayBeIn = [] }: Expected): string[] {
  if (secrets.length === 0) return [];
  return filesBelow(repository.home, secretsMayBeIn).flatMap((path) => {
    const text = readFileSync(path, 'latin1');
    return secrets.some((secret) => text.includes(secret)) ? [`I8 a secret is in ${path}`] : [];
  });
}

function filesBelow(directory: string, except: readonly string[]): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (except.includes(path)) return [];
    if (entry.isDirectory()) return filesBelow(path, except);
    return entry.isFile() && statSync(path).size < 64 * 1024 * 1024 ? [path] : [];
  });
}

function readAll<T>(directory: string, isOne: RegExp): T[] {
  return names(directory)
    .filter((name) => isOne.test(name))
    .map((name) => JSON.parse(readFileSync(join(directory, name), 'utf8')) as T);
}

function names(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
