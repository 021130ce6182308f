import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RecipeName } from '../../src/domain/fast-path/recipe-order.ts';
import type { CommandOrder, CommandResult, Workspace } from '../../src/ports.ts';
import { openRecipes } from '../../src/recipes/open-recipes.ts';

export type Cooked = {
  /** Null: done. */
  declined: string | null;
  summary: string;
  /** What is there afterwards. */
  files: Record<string, string>;
  steps: string[];
};

export type Kitchen = {
  files: Record<string, string>;
  /** In place of every command. */
  run?: (order: CommandOrder, directory: string) => CommandResult;
};

/** Carries a recipe out over real files, and looks what they are then. */
export async function cook(
  directory: string,
  { files, run }: Kitchen,
  recipe: RecipeName,
  args: Record<string, string>,
): Promise<Cooked> {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  const workspace = {
    directory,
    run: (order: CommandOrder) =>
      run === undefined
        ? Promise.reject(new Error('no command is expected'))
        : Promise.resolve(run(order, directory)),
  } as unknown as Workspace;
  const steps: string[] = [];
  const order = { recipe, args, pattern: '', confidence: 1 };
  const session = openRecipes({ now: () => new Date('2026-03-04T05:06:07Z') }).begin({
    order,
    workspace,
    onStep: ({ action }) => void steps.push(action),
  });
  const outcome = await session.work(null, new AbortController().signal);
  return {
    declined: outcome.end === 'gave-up' ? outcome.reason : null,
    summary: outcome.summary,
    files: readAll(directory),
    steps,
  };
}

function readAll(directory: string): Record<string, string> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(
    paths.sort().map((path) => [path.slice(directory.length + 1), readFileSync(path, 'utf8')]),
  );
}

export function ended(exitCode: number | null, output = ''): CommandResult {
  return { exitCode, output, timedOut: exitCode === null, elapsedMs: 1 };
}
