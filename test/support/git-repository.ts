import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** Content of one file: text, bytes, a link's target, or text with the executable bit. */
export type FileContent = string | Buffer | { link: string } | { executable: string };

export type TestRepository = {
  /** A directory of this test alone; everything else lies in it. */
  home: string;
  /** The checkout, on branch `main` with one commit. */
  root: string;
  /** A bare repository that the checkout knows as `origin`, or null. */
  remote: string | null;
  /** git in the checkout; standard output without the last line break. */
  git(...args: string[]): Promise<string>;
  /** git in the bare remote. */
  remoteGit(...args: string[]): Promise<string>;
  write(files: Record<string, FileContent>): Promise<void>;
  /** Writes the files, commits everything on the current branch, and returns the commit. */
  commit(files: Record<string, FileContent>, message?: string): Promise<string>;
  /** Everything of the checkout that we must not change, as one comparable value. */
  fingerprint(): Promise<Record<string, string>>;
  remove(): Promise<void>;
};

/** A real repository in a temporary directory, independent of the configuration of who runs the test. */
export async function makeRepository(
  options: { files?: Record<string, FileContent>; remote?: 'bare' | 'none' } = {},
): Promise<TestRepository> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'ticketmill-git-')));
  const root = join(home, 'checkout');
  const remote = options.remote === 'none' ? null : join(home, 'remote.git');
  const git = (...args: string[]) => runGit(home, root, args);
  const remoteGit = (...args: string[]) => runGit(home, remote ?? root, args);
  const write = (files: Record<string, FileContent>) => writeFiles(root, files);
  const commit = async (files: Record<string, FileContent>, message = 'change') => {
    await write(files);
    await git('add', '-A');
    await git('commit', '-q', '--allow-empty', '-m', message);
    return git('rev-parse', 'HEAD');
  };
  await runGit(home, home, ['init', '-q', '-b', 'main', root]);
  await commit(options.files ?? { 'README.md': '# Sample\n' }, 'first');
  if (remote !== null) {
    await runGit(home, home, ['clone', '-q', '--bare', root, remote]);
    await git('remote', 'add', 'origin', remote);
    await git('fetch', '-q', 'origin');
  }
  return {
    home,
    root,
    remote,
    git,
    remoteGit,
    write,
    commit,
    fingerprint: () => fingerprint(root, git),
    remove: () => rm(home, { recursive: true, force: true, maxRetries: 3 }),
  };
}

export async function writeFiles(root: string, files: Record<string, FileContent>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    await mkdir(dirname(path), { recursive: true });
    if (typeof content === 'string' || Buffer.isBuffer(content)) await writeFile(path, content);
    else if ('link' in content) await symlink(content.link, path);
    else {
      await writeFile(path, content.executable);
      await chmod(path, 0o755);
    }
  }
}

async function runGit(home: string, cwd: string, args: string[]): Promise<string> {
  const env = {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: home,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'A Person',
    GIT_AUTHOR_EMAIL: 'person@example.org',
    GIT_COMMITTER_NAME: 'A Person',
    GIT_COMMITTER_EMAIL: 'person@example.org',
  };
  const { stdout } = await exec('git', args, { cwd, env, maxBuffer: 64 * 1024 * 1024 });
  return stdout.replace(/\n$/, '');
}

async function fingerprint(
  root: string,
  git: (...args: string[]) => Promise<string>,
): Promise<Record<string, string>> {
  const index = await readFile(join(root, '.git/index'));
  return {
    index: createHash('sha256').update(index).digest('hex'),
    head: await readFile(join(root, '.git/HEAD'), 'utf8'),
    config: await readFile(join(root, '.git/config'), 'utf8'),
    branches: await git('for-each-ref', 'refs/heads/main', 'refs/remotes', 'refs/tags', 'refs/stash'),
    status: await git('--no-optional-locks', 'status', '--porcelain=v2', '--branch', '--untracked-files=all'),
  };
}
