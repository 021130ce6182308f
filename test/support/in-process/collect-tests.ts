import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { getState, resetState } from 'jest-circus';

type Block = ReturnType<typeof getState>['rootDescribeBlock'];
type Entry = Extract<Block['children'][number], { type: 'test' }>;

/** A test that may be run any number of times, with the hooks around it. It rejects when the test fails. */
export type CollectedTest = {
  /** The file and the titles; the same in every process. */
  id: string;
  file: string;
  run: () => Promise<void>;
};

// Outside of Jest its module throws when it is imported.
const globals = new URL('globals.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@jest/globals' ? { url: globals, shortCircuit: true } : next(specifier, context),
});

/**
 * Loads one file of tests into this process, without a world of its own; what is skipped is left out. `file` is a path
 * from the working directory.
 */
export async function collectTests(file: string): Promise<CollectedTest[]> {
  resetState();
  await import(pathToFileURL(resolve(file)).href);
  const seen = new Map<string, number>();
  return testsWithin(getState().rootDescribeBlock).map((test) => {
    const title = `${file} › ${titleOf(test)}`;
    const before = seen.get(title) ?? 0;
    seen.set(title, before + 1);
    return { id: before === 0 ? title : `${title} (${before + 1})`, file, run: () => runWithHooks(test) };
  });
}

function testsWithin(block: Block): Entry[] {
  return block.children.flatMap((child) => {
    if (child.type === 'describeBlock') return testsWithin(child);
    return child.mode === 'skip' || child.mode === 'todo' ? [] : [child];
  });
}

/** Alone, as if its file held no other test. */
async function runWithHooks(test: Entry): Promise<void> {
  const blocks = ancestorsOf(test);
  try {
    await runHooks(blocks, ['beforeAll', 'beforeEach']);
    await (test.fn as () => unknown)();
  } finally {
    await runHooks(blocks.toReversed(), ['afterEach', 'afterAll']);
  }
}

type HookType = Block['hooks'][number]['type'];

async function runHooks(blocks: readonly Block[], types: readonly HookType[]): Promise<void> {
  for (const type of types)
    for (const { hooks } of blocks)
      for (const hook of hooks) if (hook.type === type) await (hook.fn as () => unknown)();
}

function titleOf(test: Entry): string {
  const blocks = ancestorsOf(test).slice(1);
  return [...blocks, test].map(({ name }) => name).join(' › ');
}

/** From the outermost block of the file to the one the test stands in. */
function ancestorsOf(test: Entry): Block[] {
  const blocks: Block[] = [];
  for (let block: Block | undefined = test.parent; block; block = block.parent) blocks.unshift(block);
  return blocks;
}
