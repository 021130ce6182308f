import type { Environment } from '../../config/environment.ts';
import type { LoadedConfig } from '../../config/load.ts';
import type { Paths } from '../../config/paths.ts';
import type { Clock } from '../../ports.ts';
import type { RunCommand } from '../../workspace/command.ts';
import type { openRepository } from '../../workspace/repository.ts';
import { forgeTokens } from './forge-tokens.ts';

export type RepositoryPlace = {
  loaded: LoadedConfig;
  paths: Paths;
  env: Environment;
  clock: Clock;
  /** What starts git; absent: this process. */
  run?: RunCommand;
};

type RepositoryOptions = Parameters<typeof openRepository>[1];

/** How a root's repository is opened: whose commits, which remote, with which credentials. */
export function repositoryOptions({ loaded, paths, env, clock, run }: RepositoryPlace): RepositoryOptions {
  const { git } = loaded.config;
  const passed = [
    'SSH_AUTH_SOCK',
    'HTTPS_PROXY',
    'HTTP_PROXY',
    'NO_PROXY',
    'https_proxy',
    'http_proxy',
    'no_proxy',
  ];
  return {
    path: env['PATH'] ?? '',
    stateDirectory: paths.state,
    remote: git.remote,
    baseBranch: git.baseBranch ?? null,
    author: readAuthor(git.author),
    pushRetries: git.pushRetries,
    pushRetryDelay: git.pushRetryDelay,
    remoteEnv: Object.fromEntries(
      passed.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
    ),
    token: forgeTokens(loaded, env).forRemote,
    ...(git.sign ? { signing: signingOf(env) } : {}),
    now: () => clock.now(),
    ...(run === undefined ? {} : { run }),
  };
}

/** The user's own: where the agent is that holds the key, where keys and settings lie. */
function signingOf(env: Environment): NonNullable<RepositoryOptions['signing']> {
  const names = ['SSH_AUTH_SOCK', 'GNUPGHOME', 'XDG_CONFIG_HOME', 'XDG_RUNTIME_DIR'];
  const known: Record<string, string> = {};
  for (const name of names) {
    const value = env[name];
    if (value !== undefined) known[name] = value;
  }
  return { path: env['PATH'] ?? '', home: env['HOME'] ?? '/', env: known };
}

/** `Name <address>` in its parts. */
export function readAuthor(author = 'ticketmill <ticketmill@localhost>'): { name: string; email: string } {
  const [, name = '', email = ''] = /^(.*) <(.*)>$/.exec(author) ?? [];
  return { name, email };
}
