import { reworkFeedback } from '../domain/decide-feedback.ts';
import type { Workspace } from '../ports.ts';
import type { Bench } from './bench.ts';

/**
 * Has the worktree hold the earlier change of a rework, whatever another model did to it. `feedback` is null for a run
 * that begins with nothing; `tree` is what must not stay as it is.
 */
export async function beginRework(
  { order: { rework }, signal }: Pick<Bench, 'order' | 'signal'>,
  workspace: Workspace,
): Promise<{ feedback: string | null; tree: string | null }> {
  const { begunWith } = workspace;
  if (rework === undefined || begunWith === undefined) return { feedback: null, tree: null };
  const { tree, conflicts } = begunWith;
  await workspace.restore(tree, signal);
  const mustChange = conflicts.length > 0 || rework.feedback !== null;
  return { feedback: reworkFeedback(rework, conflicts), tree: mustChange ? tree : null };
}
