import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { CapturedTree, ChangedFile } from '../../src/domain/change.ts';
import type { Contents } from '../../src/guard/manifests.ts';
import { changedFiles } from '../../src/workspace/changed-files.ts';

const run = promisify(execFile);
const show = ['--no-ext-diff', '--no-textconv', '--find-renames=100%', '--full-index'];

/** Commits of a repository as the guard would see them, each as a change of its only parent. */
export function openHistory(gitDir: string) {
  const git = async (...args: string[]): Promise<string> => {
    const options = { maxBuffer: 256 * 1024 * 1024, encoding: 'utf8' as const };
    const config = ['-c', 'core.quotepath=off', '-c', 'diff.suppressBlankEmpty=false'];
    const { stdout } = await run('git', ['--git-dir', gitDir, ...config, ...args], options);
    return stdout;
  };
  const contents: Contents = {
    read: (tree, path) => git('cat-file', 'blob', `${tree}:${path}`).catch(() => null),
    paths: async (tree) => (await git('ls-tree', '-r', '-z', '--name-only', tree)).split('\0').slice(0, -1),
  };
  return {
    contents,
    /** The newest first. */
    commits: async (most: number, skip = 0): Promise<string[]> =>
      (await git('rev-list', '--no-merges', '--min-parents=1', `-n${most}`, `--skip=${skip}`, 'HEAD'))
        .trim()
        .split('\n'),
    /** Commits that a later one says it reverts. */
    async takenBack(): Promise<ReadonlySet<string>> {
      const log = await git('log', '--format=%b', '--grep=This reverts commit', 'HEAD');
      return new Set([...log.matchAll(/This reverts commit ([0-9a-f]{40})/g)].map(([, sha = '']) => sha));
    },
    async change(sha: string): Promise<CapturedTree> {
      const [listed, diff, tree] = await Promise.all([
        git('diff-tree', '-r', '-z', '--raw', '--numstat', ...show, `${sha}^`, sha),
        git('diff-tree', '-r', '-p', '--text', ...show, `${sha}^`, sha),
        git('rev-parse', `${sha}^{tree}`),
      ]);
      return { tree: tree.trim(), diff, files: changedFiles(listed) };
    },
  };
}

/**
 * What is called harmless, by facts of git alone and without asking a guard: a small commit that people of the project
 * made, and did not take back later; plain text files with the modes they had; none that the settings protect, no manifest
 * or lock file of packages; and not one line taken out of what could be a test.
 */
export function isHarmless({ files, diff }: CapturedTree, isProtected: (path: string) => boolean): boolean {
  const lines = files.reduce((sum, file) => sum + file.added + file.removed, 0);
  const paths = files.flatMap(({ path, oldPath }) => [path, oldPath ?? path]);
  return (
    files.length <= 20 &&
    lines > 0 &&
    lines <= 400 &&
    diff.length <= 100_000 &&
    !diff.includes('\0') &&
    files.every(
      (file) => !file.binary && keepsMode(file) && (file.removed === 0 || !couldBeTest(file.path)),
    ) &&
    paths.every((path) => !isProtected(path) && !isOfPackages(path))
  );
}

function keepsMode({ oldMode, newMode }: ChangedFile): boolean {
  const plain = ['000000', '100644', '100755'];
  return plain.includes(oldMode) && plain.includes(newMode) && (newMode !== '100755' || oldMode === newMode);
}

function couldBeTest(path: string): boolean {
  return /test|spec|snap|fixture|e2e/i.test(path);
}

function isOfPackages(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return /^(?:package.*\.json|(?:pyproject|Cargo|uv)\.toml|setup\.(?:py|cfg)|(?:.*-)?requirements.*|go\.mod|Gemfile|composer\.json|Pipfile)$|lock/i.test(
    name,
  );
}
