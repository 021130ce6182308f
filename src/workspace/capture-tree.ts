import { join } from 'node:path';
import type { Base, CapturedTree } from '../domain/change.ts';
import { changedFiles } from './changed-files.ts';
import { copyIndex } from './copy-index.ts';
import type { Git } from './git.ts';
import { ownRefs } from './private-git-dir.ts';
import { updateOurRef } from './update-ref.ts';

export type CaptureParts = {
  /** Our git directory for this worktree: the base's attributes and an index as it was checked out. */
  inside: Git;
  privateDir: string;
  /** The repository's own contents, without attributes. */
  contents: Git;
  /** The user's refs, where one keeps the tree from being collected as garbage. */
  refs: Git;
  commonDir: string;
  name: string;
  base: Base;
  /** Paths, from the top, that are ours and no part of the change. */
  exclude: readonly string[];
  /** Folders, from the top, whose files are no part of a change even where the base tracks them. */
  leaveOut: readonly string[];
};

/** What is left out is what agents and we leave lying around; ignored files are named, so that nobody overlooks them. */
export type Capture = CapturedTree & { ignored: string[] };

const litter = ['.aider*', '.grok/', '.opencode/', '.kilocode/', '.crush/'];
const show = ['--no-ext-diff', '--no-textconv', '--find-renames=100%', '--full-index'];

/**
 * Writes the worktree as a tree, through an index of ours: whatever was done to the worktree's own index, HEAD, branches
 * or `.git` file makes no difference.
 */
export async function captureTree(parts: CaptureParts, signal: AbortSignal): Promise<Capture> {
  const { contents, base } = parts;
  const { tree, ignored } = await writeTree(parts, signal);
  const [captured] = await Promise.all([
    compareTrees(contents, { base: base.sha, tree }, signal),
    updateOurRef(parts.refs, parts.commonDir, { ref: `${ownRefs}/tree/${parts.name}`, to: tree }),
  ]);
  return { ...captured, ignored };
}

/** What a tree holds beyond its base; `contents` must have no attributes. */
export async function compareTrees(
  contents: Git,
  { base, tree }: { base: string; tree: string },
  signal: AbortSignal,
): Promise<CapturedTree> {
  const list = ['diff-tree', '-r', '-z', '--raw', '--numstat', ...show, base, tree];
  const [listed, diff] = await Promise.all([
    contents.run(list, {}, signal),
    contents.run(['diff-tree', '-r', '-p', '--text', ...show, base, tree], {}, signal),
  ]);
  return { tree, diff, files: changedFiles(listed) };
}

/** Brings the worktree back to a tree that was captured of it. */
export async function restoreTree(parts: CaptureParts, tree: string, signal: AbortSignal): Promise<void> {
  const now = await writeTree(parts, signal);
  if (now.tree === tree) return;
  const git = parts.inside.at({ indexFile: join(parts.privateDir, 'capture-index') });
  await git.run(['read-tree', '-m', '-u', now.tree, tree], {}, signal);
}

async function writeTree(
  parts: CaptureParts,
  signal: AbortSignal,
): Promise<{ tree: string; ignored: string[] }> {
  const indexFile = join(parts.privateDir, 'capture-index');
  await copyIndex(join(parts.privateDir, 'index'), indexFile);
  const git = parts.inside.at({ indexFile });
  const list = async (...flags: string[]) => {
    const listed = await git.run(['ls-files', '-z', '--exclude-standard', ...flags], {}, signal);
    return listed.split('\0').filter((path) => path !== '');
  };
  // Named on the command line, a pattern wins over every `.gitignore`, and it never hides what the base tracks.
  const hidden = [...litter, ...parts.exclude.map(anchored)].flatMap((pattern) => ['-x', pattern]);
  const [all, ignored] = await Promise.all([
    list('--modified', '--deleted', '--others', ...hidden),
    list('--others', '--ignored', '--directory'),
  ]);
  const touched = all.filter((path) => !parts.leaveOut.some((folder) => path.startsWith(`${folder}/`)));
  const update = ['update-index', '--add', '--remove', '--replace', '-z', '--stdin'];
  await git.run(update, { input: touched.map((path) => `${path}\0`).join('') }, signal);
  const tree = (await git.run(['write-tree'], {}, signal)).trim();
  const ours = new Set(parts.exclude.map((path) => path.replace(/\/$/, '')));
  return { tree, ignored: ignored.filter((path) => !ours.has(path.replace(/\/$/, ''))) };
}

function anchored(path: string): string {
  return `/${path.replace(/[\\*?[]/g, '\\$&')}`;
}
