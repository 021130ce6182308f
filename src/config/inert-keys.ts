import { hasPath, pathText, withoutPath } from './tree.ts';
import type { Tree } from './tree.ts';

/** `path` is dotted. */
type InertKey = { path: string; reason: string };

/** Keys that are accepted but read by nothing, because they are the earlier processor's and mean nothing here. */
export const inertKeys: readonly InertKey[] = [
  { path: 'mcp', reason: 'has no meaning here: servers whose tools the coder may use stand in `agent.mcp`' },
  {
    path: 'webhook.allowedAssociations',
    reason: 'has no meaning here: the forge itself is asked who may write',
  },
  { path: 'webhook.rateLimit', reason: 'has no meaning here: 60 rejected deliveries a minute are the limit' },
  { path: 'folders.repos', reason: 'has no meaning here: the repository is the root itself' },
  { path: 'processing.moveDelay', reason: 'has no meaning here: a move is one step' },
];

/** The tree without inert keys, and a sentence about each of them. */
export function setAsideInert(tree: Tree): { tree: Tree; notices: string[] } {
  const notices: string[] = [];
  let rest = tree;
  for (const { path: dotted, reason } of inertKeys) {
    const path = dotted.split('.');
    if (!hasPath(tree, path)) continue;
    notices.push(`\`${pathText(path)}\` ${reason}.`);
    rest = withoutPath(rest, path);
  }
  return { tree: rest, notices };
}
