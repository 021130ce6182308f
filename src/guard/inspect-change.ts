import type { CapturedTree, ChangedFile, Remark } from '../domain/change.ts';
import { readDiff, type FileDiff } from '../domain/read-diff.ts';
import type { Guard, Inspection, Refusal } from '../ports.ts';
import { findBuildHooks } from './build-hooks.ts';
import { findConflictMarkers } from './conflict-markers.ts';
import { findDeceptiveText } from './deceptive-text.ts';
import { describeNewDependencies, findDependencyFaults } from './dependencies.ts';
import { findGamedTests } from './gamed-tests.ts';
import { findHiddenText } from './hidden-text.ts';
import { findHollowScripts } from './hollow-scripts.ts';
import { findLoweredThresholds } from './lowered-thresholds.ts';
import { readManifests, type Contents, type Manifest } from './manifests.ts';
import { findPlaceholders } from './placeholders.ts';
import { protectPaths } from './protected-paths.ts';
import { findRunsLater } from './runs-later.ts';
import { secretsRule, type SecretsRule } from './secrets.ts';
import { limitSize } from './size.ts';
import { findUnsafeEntries } from './unsafe-entries.ts';
import { findWeakenedTests } from './weakened-tests.ts';

export type GuardOptions = {
  /** Whether secrets are looked for. */
  secrets: boolean;
  /** Secrets that we hold ourselves; they are recognised in any spelling. */
  knownSecrets: readonly string[];
  /** Written as in `.gitignore`. Lock files among them pass with their manifest. */
  protectedPaths: readonly string[];
  /** Most added and removed lines, lock files not counted. */
  maxDiffLines: number;
  /** Whether tests that prove less than before are refused, or told of. */
  weakenedTests: 'block' | 'warn';
  contents: Contents;
};

/** A change as every rule sees it: git's list of its files, the diff that shows their content, its manifests whole. */
export type Inspected = {
  files: readonly ChangedFile[];
  diffs: readonly FileDiff[];
  manifests: readonly Manifest[];
  /** Of all files that the tree of the change has; none where every file keeps its name. */
  paths: readonly string[];
  /** How many files the base has; 0 where every file keeps its name. */
  baseFiles: number;
};

export type Rule = (change: Inspected) => Refusal[];

/** Refusals of one rule that are worth reading; the rest is more of the same. */
const mostPerRule = 20;

/** The rules that no model can talk round. All of them run, so that one round of mending can mend everything. */
export function createGuard(options: GuardOptions): Guard {
  const secrets = options.secrets ? secretsRule(options.knownSecrets) : noSecretsRule;
  const rules: Rule[] = [
    findUnsafeEntries,
    protectPaths(options.protectedPaths),
    findRunsLater,
    findBuildHooks,
    limitSize(options.maxDiffLines),
    findHiddenText,
    findDeceptiveText,
    findConflictMarkers,
    findPlaceholders,
    findWeakenedTests,
    findLoweredThresholds,
    findHollowScripts,
    findGamedTests,
    findDependencyFaults,
  ];
  return {
    async inspect(change) {
      const inspected = await look(change, options.contents);
      const found = [await secrets.inChange(inspected), ...rules.map((rule) => rule(inspected))];
      const refusals = found.flatMap((refused) => refused.slice(0, mostPerRule));
      const remarks = describeNewDependencies(inspected).slice(0, mostPerRule);
      return options.weakenedTests === 'warn' ? onlyTell({ refusals, remarks }) : { refusals, remarks };
    },
    inspectTexts: (texts) => secrets.inTexts(texts),
  };
}

const noSecretsRule: SecretsRule = {
  inChange: () => Promise.resolve([]),
  inTexts: () => Promise.resolve([]),
};

async function look(change: CapturedTree, contents: Contents): Promise<Inspected> {
  const diffs = readDiff(change.diff);
  const count = (status: ChangedFile['status']) =>
    change.files.filter((file) => file.status === status).length;
  const [manifests, paths] = await Promise.all([
    readManifests(diffs, change.tree, contents),
    keepsNames(change) ? [] : contents.paths(change.tree),
  ]);
  const baseFiles = paths.length - count('added') + count('deleted');
  return { files: change.files, diffs, manifests, paths, baseFiles };
}

/** A list of a large tree is worth nothing to a change within files. */
function keepsNames({ files }: CapturedTree): boolean {
  return files.every(({ status }) => status === 'modified');
}

function onlyTell({ refusals, remarks }: Inspection): Inspection {
  const isTold = ({ code }: Refusal) => code === 'GUARD_WEAKENED_TEST';
  const told = refusals
    .filter(isTold)
    .map(({ path, line, reason }): Remark => ({ path, line, text: reason }));
  return { refusals: refusals.filter((refusal) => !isTold(refusal)), remarks: [...told, ...remarks] };
}
