import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Base, CapturedTree } from '../domain/change.ts';
import { changedFiles } from './changed-files.ts';
import type { Git } from './git.ts';
import { ownRefs } from './private-git-dir.ts';

export type CaptureParts = {
  /** Our git directory for this worktree: the base's attributes and an index as it was checked out. */
  inside: Git;
  privateDir: string;
  /** The repository's own contents, without attributes. */
  contents: Git;
  /** The user's refs, where one keeps the tree from being collected as garbage. */
  refs: Git;
  name: string;
  base: Base;
  /** Paths, from the top, that are ours and no part of the change. */
  exclude: readonly string[];
};

/** What is left out is what agents and we leave lying around; ignored files are named, so that nobody overlooks them. */
export type Capture = CapturedTree & { ignored: string[] };

const litter = ['.aider*', '.grok', '.opencode', '.kilocode', '.claude/todos', '.crush', '.qwen/tmp'];
const show = ['--no-ext-diff', '--no-textconv', '--find-renames=100%', '--full-index'];

/**
 * Writes the worktree as a tree, through an index of ours: whatever was done to the worktree's own index, HEAD, branches
 * or `.git` file makes no difference.
 */
export async function captureTree(parts: CaptureParts, signal: AbortSignal): Promise<Capture> {
  const { contents, base } = parts;
  const { tree, ignored } = await writeTree(parts, signal);
  await parts.refs.run(['update-ref', `${ownRefs}/tree/${parts.name}`, tree], {}, signal);
  const listed = await contents.run(
    ['diff-tree', '-r', '-z', '--raw', '--numstat', ...show, base.sha, tree],
    {},
    signal,
  );
  const diff = await contents.run(['diff-tree', '-r', '-p', '--text', ...show, base.sha, tree], {}, signal);
  return { tree, diff, files: changedFiles(listed), ignored };
}

async function writeTree(
  parts: CaptureParts,
  signal: AbortSignal,
): Promise<{ tree: string; ignored: string[] }> {
  const indexFile = join(parts.privateDir, 'capture-index');
  await copyFile(join(parts.privateDir, 'index'), indexFile);
  const git = parts.inside.at({ indexFile });
  const tracked = await litterInBase(parts.contents, parts.base.sha);
  const excluded = litter
    .filter((pattern) => !tracked.has(pattern))
    .map((pattern) => `:(exclude,glob)**/${pattern}`);
  const deeper = excluded.map((pattern) => `${pattern}/**`);
  const ours = parts.exclude.map((path) => `:(exclude,top,literal)${path}`);
  await git.run(['add', '-A', '--', '.', ...excluded, ...deeper, ...ours], {}, signal);
  const tree = (await git.run(['write-tree'], {}, signal)).trim();
  const others = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory'];
  const ignored = (await git.run(others, {}, signal)).split('\0').filter((path) => path !== '');
  return { tree, ignored };
}

/** What a repository tracks is no litter there. */
async function litterInBase(git: Git, sha: string): Promise<Set<string>> {
  const paths = (await git.run(['ls-tree', '-r', '-z', '--name-only', sha])).split('\0');
  const isOf = (pattern: string, path: string) => `/${path}`.includes(`/${pattern.replace('*', '')}`);
  return new Set(litter.filter((pattern) => paths.some((path) => isOf(pattern, path))));
}
