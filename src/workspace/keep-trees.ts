import { ownRefs } from './private-git-dir.ts';
import type { OpenedRepository } from './repository.ts';
import { updateOurRef } from './update-ref.ts';

/**
 * Keeps the last tree that was captured of each worktree from being collected as garbage, by a ref among the user's. The
 * tree is committed soon, so this goes on beside it, and where it fails nothing is lost unless somebody prunes meanwhile.
 */
export function keepTrees({ git, place }: Pick<OpenedRepository, 'git' | 'place'>) {
  const writing = new Map<string, Promise<void>>();

  async function write(name: string, tree: string, before: Promise<void> | undefined): Promise<void> {
    await before;
    const update = { ref: `${ownRefs}/tree/${name}`, to: tree };
    await updateOurRef(git, place.commonDir, update).catch(() => undefined);
  }

  return {
    keep(name: string, tree: string): void {
      const written = write(name, tree, writing.get(name)).then(() => {
        if (writing.get(name) === written) writing.delete(name);
      });
      writing.set(name, written);
    },
    /** Resolves when nothing is being written any more: of one worktree, or of any. */
    async idle(name?: string): Promise<void> {
      await (name === undefined ? Promise.all(writing.values()) : writing.get(name));
    },
  };
}
