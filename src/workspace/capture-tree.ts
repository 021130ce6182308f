import { join } from 'node:path';
import type { Base, CapturedTree } from '../domain/change.ts';
import { changedFiles } from './changed-files.ts';
import { copyIndex } from './copy-index.ts';
import type { Git } from './git.ts';

export type CaptureParts = {
  /** Our git directory for this worktree: the base's attributes and an index as it was checked out. */
  inside: Git;
  privateDir: string;
  /** The repository's own contents, without attributes. */
  contents: Git;
  base: Base;
  /** Paths, from the top, that are ours and no part of the change. */
  exclude: readonly string[];
  /** Folders, from the top, whose files are no part of a change even where the base tracks them. */
  leaveOut: readonly string[];
  /** Told of every tree; nobody waits for what comes of it. */
  keep?: (tree: string) => void;
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
  const listing = listIgnored(parts, signal);
  // Whoever fails first is heard; the other must not be a rejection of nobody's.
  listing.catch(() => undefined);
  const indexFile = await writeIndex(parts, signal);
  const contents = parts.contents.at({ indexFile });
  // Without a worktree git takes no attributes from an index either: those of the change could hide parts of it.
  const compare = ['--bare', 'diff-index', '--cached'];
  const [tree, compared, ignored] = await Promise.all([
    writeTree(parts, indexFile, signal),
    compareWith({ git: contents, compare, between: [parts.base.sha] }, signal),
    listing,
  ]);
  parts.keep?.(tree);
  return { tree, ...compared, ignored };
}

/** What a tree holds beyond its base; `contents` must have no attributes. */
export async function compareTrees(
  contents: Git,
  { base, tree }: { base: string; tree: string },
  signal: AbortSignal,
): Promise<CapturedTree> {
  const compared = compareWith({ git: contents, compare: ['diff-tree'], between: [base, tree] }, signal);
  return { tree, ...(await compared) };
}

async function compareWith(
  { git, compare, between }: { git: Git; compare: readonly string[]; between: readonly string[] },
  signal: AbortSignal,
): Promise<Omit<CapturedTree, 'tree'>> {
  const listed = await git.run(
    [...compare, '-r', '-z', '--raw', '--numstat', ...show, ...between],
    {},
    signal,
  );
  const diff = await git.run([...compare, '-r', '-p', '--text', ...show, ...between], {}, signal);
  return { diff, files: changedFiles(listed) };
}

/** Brings the worktree back to a tree that was captured of it. */
export async function restoreTree(parts: CaptureParts, tree: string, signal: AbortSignal): Promise<void> {
  const indexFile = await writeIndex(parts, signal);
  const now = await writeTree(parts, indexFile, signal);
  if (now === tree) return;
  await parts.inside.at({ indexFile }).run(['read-tree', '-m', '-u', now, tree], {}, signal);
}

/** Brings the worktree, as it is now, into an index of ours; resolves with its file. */
async function writeIndex(parts: CaptureParts, signal: AbortSignal): Promise<string> {
  const indexFile = join(parts.privateDir, 'capture-index');
  await copyIndex(join(parts.privateDir, 'index'), indexFile);
  const git = parts.inside.at({ indexFile });
  // Named on the command line, a pattern wins over every `.gitignore`, and it never hides what the base tracks.
  const hidden = [...litter, ...parts.exclude.map(anchored)].flatMap((pattern) => ['-x', pattern]);
  const all = await listFiles(git, ['--modified', '--deleted', '--others', ...hidden], signal);
  const touched = all.filter((path) => !parts.leaveOut.some((folder) => path.startsWith(`${folder}/`)));
  const update = ['update-index', '--add', '--remove', '--replace', '-z', '--stdin'];
  await git.run(update, { input: touched.map((path) => `${path}\0`).join('') }, signal);
  return indexFile;
}

async function writeTree({ inside }: CaptureParts, indexFile: string, signal: AbortSignal): Promise<string> {
  return (await inside.at({ indexFile }).run(['write-tree'], {}, signal)).trim();
}

async function listIgnored(
  { inside, privateDir, exclude }: CaptureParts,
  signal: AbortSignal,
): Promise<string[]> {
  const git = inside.at({ indexFile: join(privateDir, 'index') });
  const ignored = await listFiles(git, ['--others', '--ignored', '--directory'], signal);
  const ours = new Set(exclude.map((path) => path.replace(/\/$/, '')));
  return ignored.filter((path) => !ours.has(path.replace(/\/$/, '')));
}

async function listFiles(git: Git, flags: readonly string[], signal: AbortSignal): Promise<string[]> {
  const listed = await git.run(['ls-files', '-z', '--exclude-standard', ...flags], {}, signal);
  return listed.split('\0').filter((path) => path !== '');
}

function anchored(path: string): string {
  return `/${path.replace(/[\\*?[]/g, '\\$&')}`;
}
