import { ownRefs } from './private-git-dir.ts';
import type { OpenedRepository } from './repository.ts';
import { takeTurns } from './take-turns.ts';
import { updateOurRef } from './update-ref.ts';

/**
 * Keeps the last tree that was captured of each worktree from being collected as garbage, by a ref among the user's. The
 * tree is committed soon, so this goes on beside it, and where it fails nothing is lost unless somebody prunes meanwhile.
 */
export function keepTrees({ git, place }: Pick<OpenedRepository, 'git' | 'place'>) {
  const turns = takeTurns();
  return {
    keep(name: string, tree: string): void {
      const update = { ref: `${ownRefs}/tree/${name}`, to: tree };
      void turns(() => updateOurRef(git, place.commonDir, update)).catch(() => undefined);
    },
    /** Resolves when what was to be kept until now is kept. */
    idle: (): Promise<void> => turns(() => Promise.resolve()),
  };
}
