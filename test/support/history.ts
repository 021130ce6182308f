import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { CapturedTree } from '../../src/domain/change.ts';
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
