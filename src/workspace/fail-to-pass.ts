import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import type { Base, CapturedTree, CheckCommand } from '../domain/change.ts';
import { isSnapshot, isTestFile } from '../domain/test-file.ts';
import type { Prove } from '../ports.ts';
import { createBaselines } from './baselines.ts';
import { findInBase, type ChecksOptions } from './checks.ts';
import type { OpenedRepository } from './repository.ts';

export type ProofOptions = ChecksOptions & {
  repository: Pick<OpenedRepository, 'own' | 'writeCommit'>;
  /** Where an index lies while a tree is put together. */
  stateDirectory: string;
};

/**
 * Looks for a test that fails without the change and passes with it: the base, with nothing of the change but its tests,
 * must fail a check that the base alone passes and the change passes too.
 */
export function createProofs(options: ProofOptions): Prove {
  const baselines = createBaselines(options);
  return async ({ change, base, checks, commands }, signal) => {
    const green = checks.results.filter(({ exitCode }) => exitCode === 0).map(({ name }) => name);
    const found = (commands ?? (await findInBase(options, base))).filter(
      (command) => green.includes(command.name) && runsTests(command),
    );
    const tests = testsOf(change);
    const [path = ''] = tests;
    if (found.length === 0)
      return { proven: false, path, text: 'no check that passes runs tests, so nothing shows the bug' };
    for (const command of found) {
      const { exitCode } = await baselines.measure(base, command, signal);
      if (isRed(exitCode)) return { proven: true, path: '', text: wasRed(command) };
    }
    if (tests.length === 0) return { proven: false, path, text: 'the change brings no test' };
    const sha = await commitTests(options, { change, base, tests });
    for (const command of found) {
      const { exitCode } = await baselines.look({ branch: base.branch, sha }, command, signal);
      if (isRed(exitCode)) return { proven: true, path, text: isRedAlone(command) };
    }
    return { proven: false, path, text: 'the tests that the change brings pass without it too' };
  };
}

/** What did not end in time says nothing. */
function isRed(exitCode: number | null): boolean {
  return exitCode !== null && exitCode !== 0;
}

function wasRed({ name }: CheckCommand): string {
  return `the check ${name} failed before the change and passes with it`;
}

function isRedAlone({ name }: CheckCommand): string {
  return `the check ${name} fails with the tests of this change alone, and passes with the change`;
}

function testsOf({ files }: CapturedTree): string[] {
  return files
    .filter(({ path, status }) => status !== 'deleted' && (isTestFile(path) || isSnapshot(path)))
    .map(({ path }) => path);
}

function runsTests({ name, run }: CheckCommand): boolean {
  return !/^(?:lint|format|types?|typecheck|type-check|build)$/i.test(name) && run.length > 0;
}

/** A commit of the base with the change's tests in it, on no branch. */
async function commitTests(
  { repository, stateDirectory }: ProofOptions,
  { change, base, tests }: { change: CapturedTree; base: Base; tests: readonly string[] },
): Promise<string> {
  const indexFile = join(stateDirectory, `proof-${change.tree}`);
  try {
    const git = repository.own.at({ indexFile });
    await git.run(['read-tree', base.sha]);
    const listed = await git.run(['ls-tree', '-r', '-z', '--full-tree', change.tree, '--', ...tests]);
    await git.run(['update-index', '-z', '--index-info'], { input: listed });
    const tree = (await git.run(['write-tree'])).trim();
    const message = 'The base, with the tests of a change\n';
    return await repository.writeCommit({ tree, parents: [base.sha], message, unsigned: true });
  } finally {
    await rm(indexFile, { force: true });
  }
}
