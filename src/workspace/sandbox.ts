import { access, constants, lstat, readlink, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../domain/failure.ts';
import { runCommand } from './command.ts';
import { toolDirectories } from './tool-directories.ts';

export type SandboxOptions = {
  mode: 'auto' | 'required' | 'off';
  /** PATH that commands get. */
  path: string;
  /** The home of who runs us: never visible inside. */
  userHome: string;
  /** Called once when commands will run without a sandbox. */
  warn: (message: string) => void;
};

/** A directory or file that is visible inside at `to` and cannot be written. */
export type View = { from: string; to: string };

export type Enclosure = {
  /** The one directory that can be written, at its own path. */
  directory: string;
  views: readonly View[];
  network: boolean;
  /** One more directory that can be written; it stays from command to command. */
  kept?: View;
  /** HOME where there is no sandbox; inside one HOME is empty and gone afterwards. */
  home: string;
};

export type Sandbox = {
  kind: 'bubblewrap' | 'none';
  /** Who runs the commands, when that is not us: root hands its worktrees over to nobody. */
  user: { uid: number; gid: number } | null;
  enclose: (argv: readonly string[], enclosure: Enclosure) => { argv: string[]; env: Record<string, string> };
};

const nobody = { uid: 65_534, gid: 65_534 };
/** Of one process: bytes of a file, and of memory that it writes. */
const limiting = ['prlimit', '--fsize=1073741824', '--data=8589934592', '--'];
/** Where memory runs out, what runs for a model ends before anything else. */
const yielding = ['choom', '-n', '1000', '--'];
/** Bytes of a file system in memory. */
const sized = ['--size', '4294967296'];

/** Looks once at what this system allows. Throws `SANDBOX_UNAVAILABLE` when a sandbox is required and there is none. */
export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  const limits = (await works(options, [...limiting, 'true'])) ? limiting : [];
  const yields = (await works(options, [...yielding, 'true'])) ? yielding : [];
  const leash = await works(options, ['setpriv', '--pdeathsig', 'KILL', '--', 'true']);
  const bare: Sandbox = {
    kind: 'none',
    user: null,
    enclose: (argv, enclosure) => ({
      argv: [...(leash ? ['setpriv', '--pdeathsig', 'KILL', '--'] : []), ...yields, ...limits, ...argv],
      env: environment(options.path, enclosure.home, options.userHome),
    }),
  };
  if (options.mode === 'off') return bare;
  const wrapped = await bubblewrap(options, [...yields, ...limits]);
  const { argv } = wrapped.enclose(['true'], { directory: '/usr', views: [], network: false, home: '/' });
  if (await works(options, argv)) return wrapped;
  if (options.mode === 'required') {
    throw new Failure(
      'SANDBOX_UNAVAILABLE',
      'sandbox.mode is "required", but bubblewrap cannot run on this system.',
    );
  }
  options.warn('Commands of models and checks run WITHOUT a sandbox: bubblewrap cannot run on this system.');
  return bare;
}

async function bubblewrap(options: SandboxOptions, limits: readonly string[]): Promise<Sandbox> {
  const user = process.getuid?.() === 0 ? nobody : null;
  const tools = await existing(
    toolDirectories(options.path, options.userHome, await findProgram('node', options.path)),
  );
  const size = (await works(options, ['bwrap', '--ro-bind', '/', '/', ...sized, '--tmpfs', '/tmp', 'true']))
    ? sized
    : [];
  const system = [
    ...(await systemArguments()),
    ...tools.flatMap((tool) => [...parents(tool), '--ro-bind', tool, tool]),
  ];
  return {
    kind: 'bubblewrap',
    user,
    enclose: (argv, { directory, views, network, kept }) => ({
      argv: [
        'bwrap',
        ...['--unshare-ipc', '--unshare-pid', '--unshare-uts', '--unshare-cgroup-try'],
        ...(network ? [] : ['--unshare-net']),
        ...(user === null ? ['--unshare-user'] : []),
        ...['--die-with-parent', '--new-session', '--cap-drop', 'ALL', ...dropping(user)],
        ...['--proc', '/proc', '--dev', '/dev', '--perms', '1777', ...size, '--tmpfs', '/dev/shm'],
        ...['--perms', '1777', ...size, '--tmpfs', '/tmp', '--perms', '0777', '--dir', '/tmp/home'],
        ...system,
        ...parents(directory),
        ...['--bind', directory, directory],
        ...(kept === undefined ? [] : [...parents(kept.to), '--bind', kept.from, kept.to]),
        ...views.flatMap((view) => [...parents(view.to), '--ro-bind', view.from, view.to]),
        ...['--chdir', directory, '--'],
        ...asUser(user),
        ...limits,
        ...(limits.length > 0 ? ['prlimit', '--nproc=1024', '--'] : []),
        ...argv,
      ],
      env: environment(options.path, '/tmp/home', options.userHome),
    }),
  };
}

/**
 * Root stays root only until the file system is laid out, because nobody could not even reach a worktree below
 * `/root`; then it becomes nobody for good. With a user namespace it could not: that maps one user alone.
 */
function dropping(user: Sandbox['user']): string[] {
  return user === null ? [] : ['SETUID', 'SETGID', 'SETPCAP'].flatMap((name) => ['--cap-add', `CAP_${name}`]);
}

function asUser(user: Sandbox['user']): string[] {
  if (user === null) return [];
  const identity = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  return ['setpriv', ...identity, '--no-new-privs', '--bounding-set=-all', '--inh-caps=-all', '--'];
}

async function systemArguments(): Promise<string[]> {
  const merged = await Promise.all(['/bin', '/sbin', '/lib', '/lib32', '/lib64'].map(systemDirectory));
  const settings = [
    'alternatives',
    'ssl',
    'ca-certificates',
    'pki',
    'ld.so.cache',
    'ld.so.conf',
    'ld.so.conf.d',
  ];
  const names = ['passwd', 'group', 'hosts', 'nsswitch.conf', 'resolv.conf', 'localtime', 'mime.types'];
  const readable = [...settings, ...names].map((name) => join('/etc', name));
  return [
    ...['--ro-bind', '/usr', '/usr'],
    ...merged.flat(),
    ...['--perms', '0755', '--dir', '/etc'],
    ...[...readable, '/nix/store'].flatMap((path) => ['--ro-bind-try', path, path]),
  ];
}

async function systemDirectory(path: string): Promise<string[]> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return [];
  return found.isSymbolicLink() ? ['--symlink', await readlink(path), path] : ['--ro-bind', path, path];
}

/** bubblewrap makes missing parents for itself alone; who runs inside must get through them too. */
function parents(path: string): string[] {
  const parent = dirname(path);
  return parent === '/' ? [] : [...parents(parent), '--perms', '0755', '--dir', parent];
}

/** Everything a command knows of this machine; tokens, agents and sessions are not among it. */
function environment(path: string, home: string, userHome: string): Record<string, string> {
  return {
    PATH: path,
    HOME: home,
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    CI: '1',
    PAGER: 'cat',
    GIT_TERMINAL_PROMPT: '0',
    // Files may belong to another user than the command; only this process believes it.
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
    ...(path.includes(`${userHome}/.cargo/bin`) ? { RUSTUP_HOME: join(userHome, '.rustup') } : {}),
    npm_config_update_notifier: 'false',
    npm_config_fund: 'false',
    npm_config_audit: 'false',
  };
}

async function works(options: SandboxOptions, argv: string[]): Promise<boolean> {
  const env = { PATH: options.path, HOME: '/' };
  const request = { argv, cwd: '/', env, timeoutMs: 10_000, maxOutput: 4096 };
  return (await runCommand(request, new AbortController().signal)).exitCode === 0;
}

/** Where a program on `path` really lies; null when it is not there. */
export async function findProgram(name: string, path: string): Promise<string | null> {
  for (const directory of path.split(':').filter((entry) => entry.startsWith('/'))) {
    const file = join(directory, name);
    const runs = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return realpath(file);
  }
  return null;
}

async function existing(paths: string[]): Promise<string[]> {
  const found = await Promise.all(paths.map((path) => lstat(path).catch(() => null)));
  return paths.filter((_path, index) => found[index]?.isDirectory() === true);
}
