import { simpleGit, type SimpleGit } from 'simple-git';
import { Failure } from '../domain/failure.ts';
import { runCommand, type Ran, type RunCommand } from './command.ts';

/** What one git speaks to. Never found by discovery: an agent that can write a `.git` file could redirect that. */
export type GitPlace = {
  gitDir: string;
  workTree?: string;
  indexFile?: string;
  /** Object store, where it is not the git directory's own. */
  objects?: string;
};

export type GitSurroundings = {
  path: string;
  /** An empty directory: no configuration of the user applies. */
  home: string;
  /** Further `-c` values, such as the neutralised filter drivers of a repository. */
  config?: readonly string[];
  /** What starts it; absent: this process. */
  run?: RunCommand;
};

export type GitCall = {
  input?: string;
  /** Added to the clean environment: dates, identities, what a network command needs. */
  env?: Record<string, string>;
  timeoutMs?: number;
};

export type Git = {
  /** A command that only reads this repository: its output. Throws `GIT_FAILED`. */
  read(...args: string[]): Promise<string>;
  /** Any command: its output. Throws `GIT_FAILED`. */
  run(args: readonly string[], call?: GitCall, signal?: AbortSignal): Promise<string>;
  /** Any command, however it ended. */
  attempt(args: readonly string[], call?: GitCall, signal?: AbortSignal): Promise<Ran>;
  /** The same git with another place or index. */
  at(place: Partial<GitPlace>): Git;
};

/** Nothing that a repository's configuration, its hooks or its attributes name is ever started by us. */
const hardening = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.attributesFile=/dev/null',
  'core.excludesFile=/dev/null',
  'core.untrackedCache=false',
  'core.quotepath=off',
  'core.pager=cat',
  'core.protectNTFS=true',
  'core.protectHFS=true',
  'core.sshCommand=ssh -o BatchMode=yes -o ConnectTimeout=20',
  'core.askPass=true',
  'protocol.ext.allow=never',
  'credential.helper=',
  // Milliseconds that git waits for a lock of somebody who is at work.
  'core.filesRefLockTimeout=2000',
  'core.packedRefsTimeout=30000',
  'gc.auto=0',
  'maintenance.auto=false',
  'commit.gpgSign=false',
  'push.gpgSign=false',
  'submodule.recurse=false',
  'diff.external=',
  'transfer.credentialsInUrl=die',
  'safe.bareRepository=explicit',
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=30',
] as const;

const maxOutput = 50 * 1024 * 1024;
/** As `runCommand` ends what is not there; git itself never ends so. */
const cannotStart = 127;
const never = new AbortController().signal;

export function createGit(place: GitPlace, around: GitSurroundings): Git {
  const env = environment(place, around);
  const config = [...hardening, ...(around.config ?? [])];
  const prefix = ['git', ...config.flatMap((entry) => ['-c', entry])];
  const cwd = place.workTree ?? place.gitDir;
  const run = around.run ?? runCommand;

  // simple-git cannot be given standard input for one command, has no process group to kill (a killed git leaves
  // git-remote-http behind, holding the pipe) and puts the whole command line into its errors. So what writes, streams
  // or speaks to the network goes this way.
  async function attemptOnce(args: readonly string[], call: GitCall, signal: AbortSignal): Promise<Ran> {
    const ran = await run(
      {
        argv: [...prefix, ...args],
        cwd,
        env: { ...env, ...call.env },
        timeoutMs: call.timeoutMs ?? 120_000,
        maxOutput,
        ...(call.input === undefined ? {} : { input: call.input }),
      },
      signal,
    );
    if (ran.exitCode === cannotStart)
      throw new Failure('GIT_NOT_FOUND', `git was not found in ${around.path}.`);
    if (ran.endedBy === 'SIGKILL')
      throw new Failure(
        'MACHINE_EXHAUSTED',
        `git ${args[0] ?? ''} was killed, as the system does when memory runs out.`,
      );
    if (ran.cut > 0)
      throw new Failure('GIT_FAILED', `git ${args[0] ?? ''} printed more than ${maxOutput} bytes.`);
    return ran;
  }

  async function attempt(args: readonly string[], call: GitCall = {}, signal = never): Promise<Ran> {
    let ran = await attemptOnce(args, call, signal);
    for (let left = 3; left > 0 && lostFolder(ran); left -= 1) ran = await attemptOnce(args, call, signal);
    return ran;
  }

  return {
    attempt,
    async read(...args) {
      try {
        return await reader(cwd, config, env).raw(args);
      } catch (error) {
        throw failed(args, error instanceof Error ? error.message : String(error));
      }
    },
    async run(args, call, signal) {
      const ran = await attempt(args, call, signal);
      if (ran.exitCode !== 0) throw failed(args, reasonOf(ran));
      return ran.stdout;
    },
    at: (other) => createGit({ ...place, ...other }, around),
  };
}

function environment(place: GitPlace, around: GitSurroundings): Record<string, string> {
  return {
    PATH: around.path,
    HOME: around.home,
    LC_ALL: 'C',
    GIT_DIR: place.gitDir,
    ...(place.workTree === undefined ? {} : { GIT_WORK_TREE: place.workTree }),
    ...(place.indexFile === undefined ? {} : { GIT_INDEX_FILE: place.indexFile }),
    ...(place.objects === undefined ? {} : { GIT_OBJECT_DIRECTORY: place.objects }),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'https:ssh',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LFS_SKIP_SMUDGE: '1',
  };
}

/** simple-git refuses hardening as it refuses attacks; these switches open it for ours alone, the values being constants. */
function reader(cwd: string, config: string[], env: Record<string, string>): SimpleGit {
  return simpleGit({
    baseDir: cwd,
    config,
    timeout: { block: 120_000 },
    allowEnvironment: Object.keys(env).filter((name) => name.startsWith('GIT_')),
    unsafe: {
      allowUnsafeHooksPath: true,
      allowUnsafeFsMonitor: true,
      allowUnsafePager: true,
      allowUnsafeSshCommand: true,
      allowUnsafeAskPass: true,
      allowUnsafeCredentialHelper: true,
      allowUnsafeProtocolOverride: true,
      allowUnsafeDiffExternal: true,
      allowUnsafeDiffTextConv: true,
      allowUnsafeConfigPaths: true,
      allowUnsafeFilter: true,
      allowUnsafeMergeDriver: true,
    },
    // Its own rule lets a command fail silently when it printed nothing.
    errors: (error, result) =>
      error ?? (result.exitCode === 0 ? undefined : Buffer.concat([...result.stdErr, Buffer.from(' ')])),
  }).env(env);
}

/**
 * A `git gc` removes the folders of objects that are empty just then. Whoever writes makes the one that it needs anew,
 * but only once, and fails when that is gone as well; nothing is done by then.
 */
function lostFolder({ exitCode, stderr }: Ran): boolean {
  return exitCode !== 0 && stderr.includes('unable to create temporary file: No such file or directory');
}

function reasonOf({ timedOut, endedBy, stderr }: Ran): string {
  if (timedOut) return 'it did not end in time';
  return endedBy === undefined ? stderr : `it was ended by ${endedBy}. ${stderr}`;
}

export function failed(args: readonly string[], message: string): Failure {
  // Somebody else's lock is waited for by the whole ticket, never removed.
  const code = /\.lock': File exists/.test(message) ? 'GIT_LOCKED' : 'GIT_FAILED';
  return new Failure(code, `git ${args[0] ?? ''} failed: ${redactUrls(message.trim()) || 'no message'}`);
}

/** Credentials in a URL's user part never reach a log, a ticket or a person's screen. */
export function redactUrls(text: string): string {
  return text.replace(/(?<=:\/\/)[^/\s@]+@/g, '***@');
}
