import type { Git } from './git.ts';

/** Reads files of a tree that was written of a change, without any checkout. */
export function treeContents(git: Git): {
  /** Null where the tree has no such file. */
  read: (tree: string, path: string) => Promise<string | null>;
  /** Of all files of the tree. */
  paths: (tree: string) => Promise<string[]>;
} {
  return {
    async read(tree, path) {
      const found = await git.attempt(['cat-file', 'blob', `${tree}:${path}`]);
      return found.exitCode === 0 ? found.stdout : null;
    },
    async paths(tree) {
      const listed = await git.run(['ls-tree', '-r', '-z', '--name-only', tree]);
      return listed.split('\0').slice(0, -1);
    },
  };
}
