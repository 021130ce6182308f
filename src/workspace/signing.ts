import { Failure } from '../domain/failure.ts';
import { runCommand } from './command.ts';

export type SigningOptions = {
  /** PATH for git and for the program that signs. */
  path: string;
  /** Home of the user whose key it is. */
  home: string;
  /** What that program needs to know: where an agent answers, where keys are. */
  env: Readonly<Record<string, string>>;
};

/** What `git commit-tree` is given to sign as the user does. */
export type Signing = { config: string[]; env: Record<string, string> };

const settings = [
  'user.signingkey',
  'gpg.format',
  'gpg.program',
  'gpg.openpgp.program',
  'gpg.ssh.program',
  'gpg.x509.program',
];

/**
 * How the user signs. Only the user's own configuration is asked, from no repository: what a repository's says could name
 * any program. Throws where there is no key, because an unsigned commit is not what was asked for.
 */
export async function readSigning({ path, home, env }: SigningOptions): Promise<Signing> {
  const config: string[] = [];
  for (const name of settings) {
    const value = await askUser({ path, home, env }, name);
    if (value !== '') config.push(`${name}=${value}`);
  }
  if (!config.some((entry) => entry.startsWith('user.signingkey=')))
    throw new Failure(
      'GIT_FAILED',
      '`git.sign` is on and no key is configured; set one with `git config --global user.signingkey KEY`.',
    );
  return { config, env: { ...env, HOME: home } };
}

async function askUser({ path, home, env }: SigningOptions, name: string): Promise<string> {
  const { XDG_CONFIG_HOME } = env;
  const asked = await runCommand(
    {
      argv: ['git', 'config', '--global', '--includes', '--get', name],
      cwd: '/',
      env: {
        PATH: path,
        HOME: home,
        LC_ALL: 'C',
        GIT_CONFIG_NOSYSTEM: '1',
        // Nothing above is a repository, and none is looked for.
        GIT_CEILING_DIRECTORIES: '/',
        GIT_DIR: '/dev/null',
        ...(XDG_CONFIG_HOME === undefined ? {} : { XDG_CONFIG_HOME }),
      },
      timeoutMs: 10_000,
      maxOutput: 10_000,
    },
    new AbortController().signal,
  );
  return asked.exitCode === 0 ? asked.stdout.trim() : '';
}
