import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../domain/failure.ts';
import type { Ran } from './command.ts';
import { redactUrls, type Git } from './git.ts';

export type RemoteOptions = {
  /** Where to fetch from and push to, as the configuration said when we started. */
  fetchUrl: string;
  pushUrl: string;
  /** Directory that a relative local URL starts from. */
  workTree: string;
  /** Token for an https remote, asked before every call; never on a command line, never for another host. */
  token: (url: URL) => Promise<string | null>;
  /** What network commands may know besides: `SSH_AUTH_SOCK`, proxies. */
  env: Readonly<Record<string, string>>;
  retries: number;
  retryDelayMs: number;
};

export type Remote = {
  /** The branch that HEAD of the remote names, and its commit; null when it names none. */
  defaultBranch(signal: AbortSignal): Promise<{ branch: string; sha: string } | null>;
  /** The commit of a branch where it is fetched from, or null. */
  source(branch: string, signal: AbortSignal): Promise<string | null>;
  /** The commit of a branch where it is pushed to, or null. */
  head(branch: string, signal: AbortSignal): Promise<string | null>;
  /** Brings a branch's commits here, under `ref` of the private git directory. */
  fetch(branch: string, ref: string, signal: AbortSignal): Promise<void>;
  /** Removes a branch that is at `expected`. */
  remove(branch: string, expected: string, signal: AbortSignal): Promise<void>;
  /** Pushes a commit; `expected` is what must be there now, null for nothing, undefined for a fast-forward only. */
  push(
    order: { commit: string; branch: string; expected?: string | null },
    signal: AbortSignal,
  ): Promise<void>;
};

const networkLimitMs = 120_000;

/** `git` is a git directory of our own, so that no configuration can redirect what is asked for here. */
export function createRemote(git: Git, options: RemoteOptions): Remote {
  const fetchFrom = withoutCredentials(options.fetchUrl, options);
  const pushTo = withoutCredentials(options.pushUrl, options);

  async function call(args: string[], address: Address, signal: AbortSignal): Promise<string> {
    for (let attempt = 0; ; attempt += 1) {
      const access = { url: address.url, env: await authorise(address, options) };
      const ran = await git.attempt(args, { env: access.env, timeoutMs: networkLimitMs }, signal);
      if (ran.exitCode === 0) return ran.stdout;
      const failure = remoteFailure(ran, args[0] ?? '', redactUrls(access.url));
      if (failure.code !== 'GIT_REMOTE_UNREACHABLE' || attempt >= options.retries) throw failure;
      await sleep(options.retryDelayMs, undefined, { signal });
    }
  }

  async function headAt(address: Address, branch: string, signal: AbortSignal): Promise<string | null> {
    const listed = await call(['ls-remote', '--', address.url, `refs/heads/${branch}`], address, signal);
    return /^([0-9a-f]{40,64})\t/.exec(listed)?.[1] ?? null;
  }

  return {
    async defaultBranch(signal) {
      const listed = await call(['ls-remote', '--symref', '--', fetchFrom.url, 'HEAD'], fetchFrom, signal);
      const branch = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(listed)?.[1];
      const sha = /^([0-9a-f]{40,64})\tHEAD$/m.exec(listed)?.[1];
      return branch === undefined || sha === undefined ? null : { branch, sha };
    },
    source: (branch, signal) => headAt(fetchFrom, branch, signal),
    head: (branch, signal) => headAt(pushTo, branch, signal),
    async fetch(branch, ref, signal) {
      const refspec = `+refs/heads/${branch}:${ref}`;
      const flags = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
      await call(['fetch', ...flags, '--', fetchFrom.url, refspec], fetchFrom, signal);
    },
    async remove(branch, expected, signal) {
      const lease = `--force-with-lease=refs/heads/${branch}:${expected}`;
      const args = ['push', '--porcelain', '--no-verify', lease, '--', pushTo.url, `:refs/heads/${branch}`];
      await call(args, pushTo, signal);
    },
    async push({ commit, branch, expected }, signal) {
      const lease =
        expected === undefined ? [] : [`--force-with-lease=refs/heads/${branch}:${expected ?? ''}`];
      const refspec = `${commit}:refs/heads/${branch}`;
      await call(['push', '--porcelain', '--no-verify', ...lease, '--', pushTo.url, refspec], pushTo, signal);
    },
  };
}

/** The address of a remote as another machine may be told it: whole, and without credentials. */
export function publicAddress(url: string, workTree: string): string {
  return withoutCredentials(url, { workTree }).url;
}

/** Where git goes, and the credentials that stood in the URL. */
type Address = { url: string; isLocal: boolean; inUrl: string | null };

function withoutCredentials(url: string, { workTree }: Pick<RemoteOptions, 'workTree'>): Address {
  if (isLocal(url)) {
    const path = url.startsWith('file://') ? url : resolve(workTree, url);
    return { url: path, isLocal: true, inUrl: null };
  }
  if (!url.startsWith('https://')) return { url, isLocal: false, inUrl: null };
  const parsed = new URL(url);
  const inUrl =
    parsed.password === ''
      ? null
      : `${decodeURIComponent(parsed.username)}:${decodeURIComponent(parsed.password)}`;
  parsed.username = '';
  parsed.password = '';
  return { url: parsed.href, isLocal: false, inUrl };
}

/** Gives credentials through the environment of the one process, where no process list shows them. */
async function authorise(
  { url, isLocal: local, inUrl }: Address,
  options: RemoteOptions,
): Promise<Record<string, string>> {
  const protocols = local ? 'https:ssh:file' : 'https:ssh';
  const env: Record<string, string> = { ...options.env, GIT_ALLOW_PROTOCOL: protocols };
  if (!url.startsWith('https://')) return env;
  const { origin } = new URL(url);
  const token = await options.token(new URL(url));
  const credentials = token === null ? inUrl : `x-access-token:${token}`;
  if (credentials === null) return env;
  const header = `Authorization: Basic ${Buffer.from(credentials).toString('base64')}`;
  const config = {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: header,
  };
  return { ...env, ...config };
}

function isLocal(url: string): boolean {
  return url.startsWith('file://') || !/^[a-z][a-z0-9+.-]*:\/\/|^[^/]+:/i.test(url);
}

/** Order matters: a refused key also says that the remote could not be read. */
const symptoms: [RegExp, Failure['code']][] = [
  [/\(stale info\)|\(fetch first\)|\(non-fast-forward\)/, 'BRANCH_CONFLICT'],
  // What the remote will not keep, and what it could not: its disk is full, or another push was quicker.
  [/fsck error|exceeds maximum allowed size/i, 'PUSH_REJECTED'],
  [/unpacker error|abnormal exit|failed to update ref|cannot lock ref/i, 'GIT_REMOTE_UNREACHABLE'],
  [/remote rejected|hook declined|GH0\d\d:|protected branch/i, 'PUSH_REJECTED'],
  [
    /permission denied|authentication failed|could not read username|access denied|not allowed to push/i,
    'PUSH_REJECTED',
  ],
  [/returned error: 40[134]|repository (?:(?!repository ).)*not found/i, 'PUSH_REJECTED'],
  [
    /could not resolve host|unable to access|could not connect|connection (refused|reset|timed out|closed)/i,
    'GIT_REMOTE_UNREACHABLE',
  ],
  [
    /could not read from remote|hung up|early EOF|does not appear to be a git repository|does not exist/i,
    'GIT_REMOTE_UNREACHABLE',
  ],
  [
    /operation too slow|returned error: 5\d\d|network is unreachable|no route to host|RPC failed/i,
    'GIT_REMOTE_UNREACHABLE',
  ],
];

function remoteFailure(ran: Ran, command: string, url: string): Failure {
  const said = redactUrls(`${ran.stderr}\n${ran.stdout}`.trim());
  if (ran.timedOut)
    return new Failure('GIT_REMOTE_UNREACHABLE', `git ${command}: ${url} did not answer in time.`);
  const code = symptoms.find(([pattern]) => pattern.test(said))?.[1] ?? 'GIT_FAILED';
  return new Failure(code, `git ${command} with ${url} failed: ${said}`);
}
