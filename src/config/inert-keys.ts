import { hasPath, pathText, withoutPath } from './tree.ts';
import type { Tree } from './tree.ts';

/** `path` is dotted. */
type InertKey = { path: string; reason: string };

const later = 'is known, but this version does not act on it yet';
const notBuilt = (...paths: string[]): InertKey[] => paths.map((path) => ({ path, reason: later }));

/**
 * Keys that are accepted but read by nothing: their part is not built yet, or they are the earlier processor's and
 * mean nothing here. A part that begins to read a key moves it from this table into the schema.
 */
export const inertKeys: readonly InertKey[] = [
  ...notBuilt('mcp'),
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
