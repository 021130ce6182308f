import { isDeepStrictEqual } from 'node:util';
import type { Config } from './schema.ts';
import { getPath, leavesOf, pathText, withPath, withoutPath } from './tree.ts';
import type { Tree } from './tree.ts';

/** Keys and groups that are asked for whenever they are needed, so that they can change while the daemon runs. */
export const liveKeys: readonly string[] = [
  'routing.strategy',
  'routing.escalation',
  'fastPath',
  'agent.protocol',
  'agent.maxSteps',
  'agent.split',
  'processing.minutesPerTicket',
  'processing.maxOpenPullRequests',
  'processing.quotas',
  'checks',
  'codeReview.enabled',
  'codeReview.blockOnCritical',
  'codeReview.onBlock',
  'codeReview.byPriority',
  'codeReview.maxRounds',
  'guard.requireFailToPass',
  'guard.onRefusal',
  'git.branchNameFormat',
  'git.commitMessageFormat',
  'git.createPR',
  'git.prTitle',
  'git.prBody',
  'git.draft',
  'budget.perTicket',
  'retry.maxRetries',
  'retry.minAgeMinutes',
  'retry.maxAgeDays',
  'hooks',
];

export type Reloaded = {
  /** What is in force from now on. */
  config: Config;
  /** Live keys that are others now. */
  changed: string[];
  /** Keys that count at the next start only. */
  waiting: string[];
};

/** The running config with the live keys of the wanted one. */
export function reload(running: Config, wanted: Config): Reloaded {
  let merged: Tree = running;
  const changed: string[] = [];
  for (const key of liveKeys) {
    const path = key.split('.');
    const value = getPath(wanted, path);
    if (isDeepStrictEqual(value, getPath(running, path))) continue;
    changed.push(key);
    merged = value === undefined ? withoutPath(merged, path) : withPath(merged, path, value);
  }
  return { config: merged as Config, changed, waiting: differences(merged, wanted) };
}

function differences(one: Tree, other: Tree): string[] {
  const paths = new Map(
    [...leavesOf(one), ...leavesOf(other)].map(({ path }) => [pathText(path), path] as const),
  );
  return [...paths].flatMap(([text, path]) =>
    isDeepStrictEqual(getPath(one, path), getPath(other, path)) ? [] : [text],
  );
}
