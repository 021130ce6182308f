import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import type { MutantCoverage } from '@stryker-mutator/api/core';
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import type {
  DryRunResult,
  MutantRunOptions,
  MutantRunResult,
  TestResult,
  TestRunner,
} from '@stryker-mutator/api/test-runner';
import {
  determineHitLimitReached,
  DryRunStatus,
  MutantRunStatus,
  TestStatus,
} from '@stryker-mutator/api/test-runner';
import { globSync } from 'node:fs';
import '../support/fixed-seed.ts';
import type { CollectedTest } from '../support/in-process/collect-tests.ts';
import { collectTests } from '../support/in-process/collect-tests.ts';

// What is changed on purpose must be noticed by the tests of its own room.
const testFiles = [
  'test/domain/**/*.test.ts',
  'test/guard/**/*.test.ts',
  'test/backlog/{markdown,parse-ticket}.test.ts',
  'test/agent/{edit-blocks,fenced-files,search-replace-blocks}.test.ts',
];

/** Milliseconds of computing that a test may take to be asked about every change that it reaches. */
const longestTest = 200;

/** What changed sources and the one who runs them say to each other. */
type Switchboard = {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: MutantCoverage;
};

// Jest starts a world for every change, which takes a second or two. These rooms are pure: their tests are loaded once
// into a process and run there for change after change, which takes milliseconds. So hours become minutes.
export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'in-process', inProcessRunner)];

function inProcessRunner(): TestRunner {
  const board = openSwitchboard();
  const loaded = new Map<string, CollectedTest[]>();
  let isFresh = true;
  return {
    // Nothing is loaded while a change is in force (`ignoreStatic`), so there is nothing to load again.
    capabilities: () => ({ reloadEnvironment: true }),
    dryRun: async () =>
      runAllUnchanged(
        board,
        await load(
          loaded,
          testFiles.flatMap((pattern) => globSync(pattern).sort()),
        ),
      ),
    mutantRun: async (options) => {
      const tests = chosenFrom(await load(loaded, filesOf(options)), options);
      const wasFresh = isFresh;
      isFresh = false;
      return runChanged(board, tests, { ...options, isFresh: wasFresh });
    },
  };
}

async function load(
  loaded: Map<string, CollectedTest[]>,
  files: readonly string[],
): Promise<CollectedTest[]> {
  for (const file of files) if (!loaded.has(file)) loaded.set(file, await collectTests(file));
  return files.flatMap((file) => loaded.get(file) ?? []);
}

function filesOf({ testFilter, mutantActivation }: MutantRunOptions): string[] {
  if (testFilter === undefined || mutantActivation === 'static')
    throw new Error('this runner only takes changes that are switched on at run time: set ignoreStatic');
  return [...new Set(testFilter.map((id) => id.slice(0, id.indexOf(' › '))))];
}

function openSwitchboard(): Switchboard {
  const holder = globalThis as Record<string, unknown>;
  const board: Switchboard = {};
  holder[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= board;
  return holder[INSTRUMENTER_CONSTANTS.NAMESPACE] as Switchboard;
}

/**
 * Everything twice, the second time backwards: a test that hangs on its neighbours would blame the changes for it.
 * The quick ones are to be asked first, and those that hold how long a megabyte takes not at all.
 */
async function runAllUnchanged(board: Switchboard, tests: readonly CollectedTest[]): Promise<DryRunResult> {
  const first = await runInTurn(board, tests);
  const { perTest, ...coverage } = structuredClone(board.mutantCoverage ?? { static: {}, perTest: {} });
  const second = new Map((await runInTurn(board, tests.toReversed())).map((result) => [result.id, result]));
  const asked = first.filter(({ cpu }) => cpu <= longestTest).sort((one, other) => one.cpu - other.cpu);
  return {
    status: DryRunStatus.Complete,
    tests: first.map((result) => withTimeOf(result, second.get(result.id) ?? result)),
    mutantCoverage: {
      ...coverage,
      perTest: Object.fromEntries(asked.map(({ id }) => [id, perTest[id] ?? {}])),
    },
  };
}

type Timed = TestResult & { cpu: number };

/** Stryker takes for its own delay what no test accounts for, and would wait as much longer for every change. */
function withTimeOf(one: Timed, other: Timed): TestResult {
  const failed = one.status === TestStatus.Failed ? one : other;
  return { ...failed, timeSpentMs: one.timeSpentMs + other.timeSpentMs };
}

async function runInTurn(board: Switchboard, tests: readonly CollectedTest[]): Promise<Timed[]> {
  const results: Timed[] = [];
  for (const test of tests) {
    board.currentTestId = test.id;
    results.push(await runTimed(test));
  }
  board.currentTestId = undefined;
  return results;
}

async function runTimed(test: CollectedTest): Promise<Timed> {
  const began = performance.now();
  const before = process.cpuUsage();
  const failure = await failureOf(test);
  const { user, system } = process.cpuUsage(before);
  const told = {
    id: test.id,
    name: test.id,
    fileName: test.file,
    timeSpentMs: performance.now() - began,
    cpu: (user + system) / 1000,
  };
  return failure === null
    ? { ...told, status: TestStatus.Success }
    : { ...told, status: TestStatus.Failed, failureMessage: failure };
}

function chosenFrom(tests: readonly CollectedTest[], { testFilter = [] }: MutantRunOptions): CollectedTest[] {
  const byId = new Map(tests.map((test) => [test.id, test]));
  return testFilter.flatMap((id) => byId.get(id) ?? []);
}

async function runChanged(
  board: Switchboard,
  tests: readonly CollectedTest[],
  { activeMutant, hitLimit, isFresh }: MutantRunOptions & { isFresh: boolean },
): Promise<MutantRunResult> {
  board.hitLimit = hitLimit;
  board.hitCount = hitLimit === undefined ? undefined : 0;
  for (const [index, test] of tests.entries()) {
    board.activeMutant = activeMutant.id;
    const failure = await failureOf(test);
    board.activeMutant = undefined;
    const endless = determineHitLimitReached(board.hitCount, board.hitLimit);
    if (endless) return { status: MutantRunStatus.Timeout, reason: endless.reason ?? 'did not end' };
    if (failure === null) continue;
    await expectUnspoilt(test, isFresh);
    return {
      status: MutantRunStatus.Killed,
      killedBy: [test.id],
      failureMessage: failure,
      nrOfTests: index + 1,
    };
  }
  return { status: MutantRunStatus.Survived, nrOfTests: tests.length };
}

/** A test that fails without the change too was spoilt by an earlier one. Stryker then asks again, of a new process. */
async function expectUnspoilt(test: CollectedTest, isFresh: boolean): Promise<void> {
  if (!isFresh && (await failureOf(test)) !== null)
    throw new Error(`${test.id} was spoilt by an earlier change`);
}

async function failureOf(test: CollectedTest): Promise<string | null> {
  try {
    await test.run();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
