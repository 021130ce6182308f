import type { Git } from './git.ts';
import { rememberLast } from './remember-last.ts';

/** Reads files of a tree that was written of a change, without any checkout. */
export function treeContents(git: Git): {
  /** Null where the tree has no such file. */
  read: (tree: string, path: string) => Promise<string | null>;
  /** Of all files of the tree. */
  paths: (tree: string) => Promise<readonly string[]>;
} {
  const paths = rememberLast(4, async (tree) => {
    const listed = await git.run(['ls-tree', '-r', '-z', '--name-only', tree]);
    return listed.split('\0').slice(0, -1);
  });
  return {
    paths,
    async read(tree, path) {
      const found = await git.attempt(['cat-file', 'blob', `${tree}:${path}`]);
      return found.exitCode === 0 ? found.stdout : null;
    },
  };
}
